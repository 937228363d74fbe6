package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what README.md says, as it stands there; only the ports are the test's own. */
class ReadmeIT {

    private static final Document README = new Document(Path.of("README.md"));

    @TempDir
    Path directory;

    @Test
    void the_first_request_is_answered_as_shown() throws Exception {
        try (GatewayProcess gateway = GatewayProcess.launch(directory).awaitReady()) {
            String answer = shell(gateway, block("first-request"));
            assertThat(withoutNumbers(answer)).isEqualTo(withoutNumbers(block("first-answer")));
            assertThat(shell(gateway, block("streamed-request"))).endsWith("data: [DONE]");
        }
    }

    @Test
    void the_second_provider_answers_when_the_first_fails_as_shown() throws Exception {
        String shipped = Files.readString(Path.of("ai-gateway.yaml"));
        String edited = shipped.replaceFirst("failure_rate: 0\\b", block("failure"));
        assertThat(edited).isNotEqualTo(shipped);
        try (GatewayProcess gateway = GatewayProcess.start(directory, shipped)) {
            GatewayProcess.write(directory.resolve("ai-gateway.yaml"), edited);
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                            shell(gateway, block("second-request")).lines())
                    .containsExactlyElementsOf(block("second-answer").lines().toList()));
        }
    }

    @Test
    void the_operators_requests_are_answered() throws Exception {
        try (GatewayProcess gateway = GatewayProcess.launch(directory).awaitReady()) {
            assertThat(shell(gateway, block("operator"))).contains("\"name\":\"sim-a\"", "\"status\":\"ready\"");
        }
    }

    @Test
    void the_real_provider_of_the_example_loads() throws Exception {
        GatewayProcess.write(
                directory.resolve("ai-gateway.yaml"), block("real-provider").replace("${OPENAI_API_KEY}", "x"));
        try (GatewayProcess gateway = GatewayProcess.launch(directory, "--validate")) {
            assertThat(gateway.exitCode()).isZero();
        }
    }

    private static String block(String name) throws IOException {
        return README.block(name);
    }

    private String shell(GatewayProcess gateway, String commands) throws IOException, InterruptedException {
        String here = commands.replace("localhost:8080", "127.0.0.1:" + gateway.port())
                .replace("localhost:9091", "127.0.0.1:" + gateway.adminPort());
        Path output = directory.resolve("shell.out");
        Process shell = new ProcessBuilder("bash", "-euo", "pipefail", "-c", here)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(output.toFile())
                .start();
        assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(shell.exitValue()).isZero();
        return Files.readString(output).replace("\r", "").strip();
    }

    /** Ids, times and counts differ from one answer to the next; white space is for the reader. */
    private static String withoutNumbers(String json) {
        Matcher numbers = Pattern.compile(":\\s*\\d+").matcher(json);
        return numbers.replaceAll(":0")
                .replaceAll("simulated-\\d+", "simulated-0")
                .replaceAll("\\n\\s*", "");
    }
}
