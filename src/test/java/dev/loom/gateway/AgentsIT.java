package dev.loom.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Agents that people work with, headless, each with one call of a tool through the gateway. Their packages are large, so that
 * they run only where {@code -Dloom.agents} names the folder in which npm has put them.
 */
@EnabledIfSystemProperty(named = "loom.agents", matches = ".+")
class AgentsIT {

    private static final Set<String> SHELLS =
            Set.of("Bash", "shell", "exec_command", "shell_command", "run_shell_command");

    @TempDir
    private Path home;

    @Test
    void claude_code_calls_a_tool() throws Exception {
        loop(
                Map.of("ANTHROPIC_BASE_URL", "%s", "ANTHROPIC_API_KEY", "client-key"),
                "claude",
                "-p",
                "run echo",
                "--model",
                "gpt-4",
                "--allowedTools",
                "Bash");
    }

    @Test
    void codex_calls_a_tool() throws Exception {
        loop(
                Map.of("LOOM_KEY", "client-key"),
                "codex",
                "exec",
                "-m",
                "gpt-4",
                "-c",
                "web_search=disabled",
                "-c",
                "model_provider=loom",
                "-c",
                "model_providers.loom={name=\"loom\",base_url=\"@URL@/v1\",env_key=\"LOOM_KEY\",wire_api=\"responses\"}",
                "--skip-git-repo-check",
                "--dangerously-bypass-approvals-and-sandbox",
                "run echo");
    }

    @Test
    void gemini_cli_calls_a_tool() throws Exception {
        Files.writeString(
                Files.createDirectories(home.resolve(".gemini")).resolve("settings.json"),
                "{\"security\":{\"auth\":{\"selectedType\":\"gemini-api-key\"}}}");
        loop(
                Map.of("GOOGLE_GEMINI_BASE_URL", "%s", "GEMINI_API_KEY", "client-key"),
                "gemini",
                "--model",
                "gpt-4",
                "--yolo",
                "--skip-trust",
                "-p",
                "run echo");
    }

    private void loop(Map<String, String> environment, String... command) throws Exception {
        try (FakeProvider provider = new FakeProvider(AgentsIT::answer);
                TestGateway gateway =
                        TestGateway.start("providers:\n  - {name: a, type: openai, api_key: sk-a, base_url: '"
                                + provider.url() + "'}\nserver: {api_keys: [{key: client-key, name: ann}]}\n")) {
            String said = run(gateway, environment, command);
            assertThat(said).contains("all is done");
            assertThat(provider.requests())
                    .as(said)
                    .anyMatch(request -> request.body().contains("\"role\":\"tool\"")
                            && request.body().contains("tool-42"));
        }
    }

    /** Calls the shell where there is one and no result yet. */
    private static void answer(FakeProvider.Call call) throws IOException {
        JsonNode asked = Json.lenient(call.request().body().getBytes(StandardCharsets.UTF_8));
        boolean called = asked.findValuesAsText("role").contains("tool");
        for (JsonNode tool : asked.path("tools")) {
            String name = tool.at("/function/name").asText();
            if (!called && SHELLS.contains(name)) {
                call.startStream();
                call.chunk(
                        "{\"role\":\"assistant\",\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":"
                                + "{\"name\":\"" + name + "\",\"arguments\":"
                                + Json.string(
                                        Json.MAPPER.valueToTree(arguments(tool.at("/function/parameters/properties"))))
                                + "}}]}",
                        null);
                call.chunk("{}", "tool_calls");
                call.done();
                return;
            }
        }
        call.completion("all is done");
    }

    private static String arguments(JsonNode properties) {
        ObjectNode arguments = Json.object();
        String command = properties.has("cmd") ? "cmd" : "command";
        if (properties.path(command).path("type").asText().equals("array")) {
            arguments.putArray(command).add("sh").add("-c").add("printf tool-; expr 40 + 2");
        } else {
            arguments.put(command, "printf tool-; expr 40 + 2");
        }
        return Json.string(arguments);
    }

    private String run(TestGateway gateway, Map<String, String> environment, String... command) throws Exception {
        for (int i = 0; i < command.length; i++) {
            command[i] = command[i].replace("@URL@", gateway.url());
        }
        command[0] = Path.of(System.getProperty("loom.agents"), "node_modules/.bin", command[0])
                .toString();
        Path log = home.resolve("agent.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Files.createDirectories(home.resolve("work")).toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(log.toFile());
        builder.environment().put("HOME", home.toString());
        environment.forEach((name, value) -> builder.environment().put(name, value.formatted(gateway.url())));
        Process process = builder.start();
        process.waitFor(120, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        return Files.readString(log);
    }
}
