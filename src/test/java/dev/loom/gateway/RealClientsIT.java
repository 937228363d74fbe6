package dev.loom.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * The clients that people use, unchanged, against the running gateway. Their packages are fetched once into
 * {@code target/clients}; without Python, Node or a registry the tests are skipped, with a message.
 */
class RealClientsIT {

    private static final Path HOME = Path.of("target/clients").toAbsolutePath();
    private static final Path SOURCES = Path.of("src/test/clients").toAbsolutePath();

    @Test
    void clients_in_python_find_what_they_look_for() throws Exception {
        Path python = HOME.resolve("venv/bin/python");
        if (!Files.exists(HOME.resolve("venv/ready"))) {
            prepare("python3", "-m", "venv", HOME.resolve("venv").toString());
            String wanted = SOURCES.resolve("python/requirements.txt").toString();
            prepare(python.toString(), "-m", "pip", "install", "--quiet", "-r", wanted);
            Files.createFile(HOME.resolve("venv/ready"));
        }
        run(python.toString(), SOURCES.resolve("python/clients.py").toString());
    }

    @Test
    void clients_in_node_find_what_they_look_for() throws Exception {
        Path node = Files.createDirectories(HOME.resolve("node"));
        for (String file : List.of("package.json", "package-lock.json", "clients.mjs")) {
            Files.write(node.resolve(file), Files.readAllBytes(SOURCES.resolve("node/" + file)));
        }
        if (!Files.exists(node.resolve("node_modules/ai"))) {
            prepare("npm", "ci", "--prefix", node.toString(), "--no-audit", "--no-fund");
        }
        run("node", node.resolve("clients.mjs").toString());
    }

    /** One key, two models: one answers, calls a tool where it may, and one refuses every second request with 429. */
    private static void run(String... command) throws Exception {
        AtomicInteger limited = new AtomicInteger();
        try (FakeProvider provider = new FakeProvider(call -> {
                    JsonNode asked = Json.lenient(call.request().body().getBytes(StandardCharsets.UTF_8));
                    if (asked.path("model").asText().equals("limited") && limited.getAndIncrement() % 2 == 0) {
                        call.error(429, "requests", "rate_limit_exceeded", "Retry-After", "1");
                    } else if (asked.has("tools")
                            && !asked.findValuesAsText("role").contains("tool")) {
                        call.json(200, CALL);
                    } else {
                        call.completion("hello");
                    }
                });
                TestGateway gateway =
                        TestGateway.start("providers:\n  - {name: a, type: openai, api_key: sk-a, base_url: '"
                                + provider.url() + "', models: [gpt-4, limited]}\n"
                                + "server: {api_keys: [{key: client-key, name: ann}]}\n")) {
            String[] all = java.util.Arrays.copyOf(command, command.length + 2);
            all[command.length] = gateway.url();
            all[command.length + 1] = "client-key";
            assertThat(output(all)).contains("works: ");
        }
    }

    private static final String CALL =
            """
            {"id":"chatcmpl-2","object":"chat.completion","created":1700000000,"model":"fake","choices":[{"index":0,
            "message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":
            {"name":"weather","arguments":"{\\"city\\":\\"Rome\\"}"}}]},"finish_reason":"tool_calls"}],
            "usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}""";

    private static void prepare(String... command) {
        try {
            output(command);
        } catch (IOException | InterruptedException | AssertionError e) {
            abort("Skipped, since this does not work here: " + String.join(" ", command) + ": " + e.getMessage());
        }
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Path log = Files.createTempFile(Files.createDirectories(HOME), "client", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(300, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(log);
        assertThat(ended && process.exitValue() == 0).as(said).isTrue();
        return said;
    }
}
