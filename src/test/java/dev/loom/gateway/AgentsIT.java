package dev.loom.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.Agent;
import dev.loom.gateway.testing.AnthropicVoice;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.GeminiVoice;
import dev.loom.gateway.testing.OpenAiVoice;
import dev.loom.gateway.testing.Said;
import dev.loom.gateway.testing.TestGateway;
import dev.loom.gateway.testing.Voice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Agents that people work with, headless, each with one call of a tool by a provider of each type. Their packages are large, so
 * that they run only where {@code -Dloom.agents} names the folder in which npm has put them.
 */
@EnabledIfSystemProperty(named = "loom.agents", matches = ".+")
class AgentsIT {

    private static final Set<String> SHELLS =
            Set.of("Bash", "shell", "exec_command", "shell_command", "run_shell_command");
    private static final String COMMAND = "printf tool-; expr 40 + 2";
    private static final String RESULT = "tool-42";
    private static final Said END = Said.text("all is done", "stop");

    @TempDir
    private Path home;

    /** What is configured. All but the compatible server speak the language of one of the agents, whose requests pass. */
    enum Provider {
        OPENAI("openai", "gpt-4", "models: [{name: gpt-4, surfaces: [chat, responses]}]"),
        COMPATIBLE("openai", "gpt-4", "models: [gpt-4]"),
        ANTHROPIC("anthropic", "claude-sonnet-4-5", "models: [claude-sonnet-4-5]"),
        VERTEX("vertex", "gemini-2.5-flash", "project_id: p, location: l, models: [gemini-2.5-flash]");

        private final String type;
        private final String model;
        private final String config;

        Provider(String type, String model, String config) {
            this.type = type;
            this.model = model;
            this.config = config;
        }

        /** In the path of what it is asked. */
        private String surface(Agent agent) {
            return switch (this) {
                case OPENAI -> agent == Agent.CODEX ? "/responses" : "/chat/completions";
                case COMPATIBLE -> "/chat/completions";
                case ANTHROPIC -> "/messages";
                case VERTEX -> "enerateContent";
            };
        }

        /** In the body where an agent's own request passes: a translation leaves it out or writes it in another order. */
        private String unchanged(Agent agent) {
            return switch (agent) {
                case CODEX -> this == OPENAI ? "\"client_metadata\":" : "";
                case CLAUDE_CODE -> this == ANTHROPIC ? "\"context_management\":" : "";
                case GEMINI_CLI -> this == VERTEX ? "{\"contents\":[{\"parts\":" : "";
            };
        }

        private String at(String url) {
            return "{name: a, type: %s, api_key: k, base_url: '%s', %s}".formatted(type, url, config);
        }
    }

    static Stream<Arguments> pairs() {
        return Arrays.stream(Agent.values())
                .flatMap(agent -> Arrays.stream(Provider.values()).map(provider -> Arguments.of(agent, provider)));
    }

    @ParameterizedTest(name = "{0} with {1}")
    @MethodSource("pairs")
    void an_agent_runs_the_tool_that_a_provider_calls_and_sends_what_it_printed(Agent agent, Provider type)
            throws Exception {
        try (FakeProvider provider = new FakeProvider(AgentsIT::answer);
                TestGateway gateway = gateway(type.at(provider.url()))) {
            String said = agent.run(home, gateway.url(), type.model);
            assertThat(said).contains("all is done");
            assertThat(provider.requests())
                    .as(said)
                    .anyMatch(request -> request.body().contains(RESULT))
                    .allMatch(request -> request.path().contains(type.surface(agent)))
                    .allMatch(request -> request.body().contains(type.unchanged(agent)));
        }
    }

    /** Which calls the first tool: Claude Code's would start agents within agents, some eighty requests before the end. */
    @ParameterizedTest
    @EnumSource
    void an_agent_runs_the_tool_that_the_simulator_calls_and_ends_with_its_answer(Agent agent) throws Exception {
        try (TestGateway gateway = gateway("{name: a, type: simulator, models: [gpt-4]}")) {
            String[] shellOnly = agent == Agent.CLAUDE_CODE ? new String[] {"--tools", "Bash"} : new String[0];
            assertThat(agent.run(home, gateway.url(), "gpt-4", shellOnly))
                    .contains("This is a simulated answer from provider 'a'");
        }
    }

    private static TestGateway gateway(String provider) {
        return TestGateway.start(
                "providers:\n  - " + provider + "\nserver: {api_keys: [{key: client-key, name: ann}]}\n");
    }

    /** Calls the shell where there is one and it was not called yet; in the language in which it is asked. */
    private static void answer(FakeProvider.Call call) throws IOException {
        FakeProvider.Request request = call.request();
        Said said = request.body().contains(COMMAND) ? END : shell(request.body());
        if (request.path().contains("/responses")) {
            call.answer(200, "text/event-stream", response(said));
        } else if (request.path().contains("stream") || request.body().contains("\"stream\":true")) {
            call.answer(
                    200,
                    "text/event-stream",
                    String.join("", voice(request.path()).events(said)));
        } else {
            call.json(200, voice(request.path()).answer(said));
        }
    }

    private static Voice voice(String path) {
        return path.contains("/messages")
                ? new AnthropicVoice()
                : path.contains("enerateContent") ? new GeminiVoice(false) : new OpenAiVoice();
    }

    private static Said shell(String body) {
        JsonNode tools = Json.lenient(body.getBytes(StandardCharsets.UTF_8)).path("tools");
        return tools.findParents("name").stream()
                .filter(tool -> SHELLS.contains(tool.path("name").asText()))
                .findFirst()
                .map(tool -> Said.calls(
                        new Said.Call("call_1", tool.path("name").asText(), arguments(tool.findValue("properties")))))
                .orElse(END);
    }

    private static String arguments(JsonNode properties) {
        ObjectNode arguments = Json.object();
        String command = properties.has("cmd") ? "cmd" : "command";
        if (properties.path(command).path("type").asText().equals("array")) {
            arguments.putArray(command).add("sh").add("-c").add(COMMAND);
        } else {
            arguments.put(command, COMMAND);
        }
        return Json.string(arguments);
    }

    /** OpenAI's Responses, as a stream. */
    private static String response(Said said) {
        String item = said.calls().isEmpty()
                ? Voice.json(
                        "{'type':'message','id':'msg_1','role':'assistant','status':'completed','content':"
                                + "[{'type':'output_text','text':%s,'annotations':[]}]}",
                        Voice.quoted(said.text()))
                : Voice.json(
                        "{'type':'function_call','id':'fc_1','call_id':'call_1','name':'%s','arguments':%s}",
                        said.calls().get(0).name(),
                        Voice.quoted(said.calls().get(0).arguments()));
        String usage = Voice.json("{'input_tokens':5,'output_tokens':7,'total_tokens':12}");
        return Voice.json("data: {'type':'response.created','response':{'id':'resp_1'}}\n\n")
                + Voice.json("data: {'type':'response.output_item.done','output_index':0,'item':%s}\n\n", item)
                + Voice.json(
                        "data: {'type':'response.completed','response':{'id':'resp_1','status':'completed',"
                                + "'output':[%s],'usage':%s}}\n\n",
                        item, usage);
    }
}
