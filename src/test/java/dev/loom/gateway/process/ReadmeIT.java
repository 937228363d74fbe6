package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.FakeProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what README.md says, as it stands there; only the ports are the test's own. */
class ReadmeIT {

    private static final Document README = new Document(Path.of("README.md"));

    private static final String ANTHROPIC_ANSWER =
            """
            {"id":"msg_01JbQyQ4mUSkNDVBCtZ5Y7Bd","type":"message","role":"assistant","model":"claude-sonnet-4-5-20250929",
             "content":[{"type":"text","text":"Hi there! How can I help you today?"}],"stop_reason":"end_turn",
             "stop_sequence":null,"usage":{"input_tokens":9,"output_tokens":13,"service_tier":"standard"}}
            """;

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
            for (int failures = 2; failures <= 5; failures++) {
                assertThat(shell(gateway, block("second-request"))).isEqualTo(block("second-answer"));
            }
            assertThat(shell(gateway, block("second-request"))).isEqualTo(block("sixth-answer"));
        }
    }

    @Test
    void the_operators_requests_are_answered() throws Exception {
        try (GatewayProcess gateway = GatewayProcess.launch(directory).awaitReady()) {
            assertThat(shell(gateway, block("operator"))).contains("\"name\":\"sim-a\"", "\"status\":\"ready\"");
        }
    }

    @Test
    void openai_answers_through_the_gateway_as_shown() throws Exception {
        String answer = block("openai-answer");
        try (FakeProvider openai = new FakeProvider(call -> call.json(200, compact(answer)))) {
            assertThat(compact(realAnswer("openai", block("openai-start"), block("openai-request"), openai)))
                    .isEqualTo(compact(answer));
            FakeProvider.Request asked = openai.requests().get(0);
            assertThat(asked.path()).isEqualTo("/v1/chat/completions");
            assertThat(asked.headers()).containsEntry("Authorization", "Bearer sk-...");
            assertThat(asked.body()).contains("\"gpt-4o\"");
        }
    }

    @Test
    void anthropic_answers_through_the_gateway_as_shown() throws Exception {
        try (FakeProvider anthropic = new FakeProvider(call -> call.json(200, ANTHROPIC_ANSWER))) {
            assertThat(withoutNumbers(
                            realAnswer("anthropic", block("anthropic-start"), block("anthropic-request"), anthropic)))
                    .isEqualTo(withoutNumbers(block("anthropic-answer")));
            FakeProvider.Request asked = anthropic.requests().get(0);
            assertThat(asked.path()).isEqualTo("/v1/messages");
            assertThat(asked.headers()).containsEntry("x-api-key", "sk-ant-...");
            assertThat(asked.body()).contains("\"claude-sonnet-4-5\"");
        }
    }

    /** Runs the two blocks; the provider's address is the fake's, and the gateway is the packed jar. */
    private String realAnswer(String type, String start, String request, FakeProvider fake)
            throws IOException, InterruptedException {
        String origin = "http://127.0.0.1:" + fake.port();
        String commands = start.replace("type: " + type, "type: " + type + "\n      base_url: " + origin)
                .replace("mvn compile camel:run", "exec java -jar " + System.getProperty("loom.jar"));
        assertThat(commands).contains("base_url", "exec java");
        List<String> shell = List.of("bash", "-euc", commands);
        try (GatewayProcess gateway =
                GatewayProcess.launch(directory, shell, Map.of()).awaitReady()) {
            return shell(gateway, request);
        }
    }

    /** What is shown with line breaks and indented, as it is sent. */
    private static String compact(String json) {
        return json.replaceAll("\\n\\s*", "");
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
        return compact(numbers.replaceAll(":0").replaceAll("simulated-\\d+", "simulated-0"));
    }
}
