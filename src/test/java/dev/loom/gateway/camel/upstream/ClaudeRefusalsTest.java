package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.AnthropicVoice;
import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.FakeProvider.Behaviour;
import dev.loom.gateway.testing.Said;
import dev.loom.gateway.testing.TestGateway;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What Claude refuses of a conversation that the gateway can do without: found out, and answered all the same. */
class ClaudeRefusalsTest {

    private static final AnthropicVoice VOICE = new AnthropicVoice();
    private static final String FOREIGN_THOUGHT =
            """
            {"model":"claude-opus-4-8","messages":[{"role":"user","content":"Hi"},
             {"role":"assistant","content":"Hello","thinking_blocks":[{"type":"thinking","thinking":"A","signature":"s"}]},
             {"role":"user","content":"Again"}]}
            """;
    private static final String FORCED =
            """
            {"model":"claude-opus-4-8","reasoning_effort":"max","messages":[{"role":"user","content":"Hi"}],
             "tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required"}
            """;

    private static Behaviour refusing(String sent, String message) {
        return call -> {
            if (call.request().body().contains(sent)) {
                call.json(400, VOICE.error(400, message));
            } else {
                call.json(200, VOICE.answer(Said.text("hi", "stop")));
            }
        };
    }

    private static TestGateway start(FakeProvider provider) {
        return TestGateway.start(
                "providers: [{name: a, type: anthropic, api_key: k, base_url: '%s', models: [claude-opus-4-8]}]\n"
                        .formatted(provider.url()));
    }

    private static JsonNode sent(FakeProvider provider, int request) {
        return Json.lenient(provider.requests().get(request).body().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void refused_thinking_blocks_are_left_out_of_this_request() {
        try (CapturedLog log = new CapturedLog();
                FakeProvider a = new FakeProvider(
                        refusing("\"signature\"", "messages.1.content.0: Invalid `signature` in `thinking` block"));
                TestGateway gateway = start(a)) {
            HttpResponse<String> response = gateway.chat(FOREIGN_THOUGHT);
            assertThat(response.body()).contains("\"hi\"");
            assertThat(response.headers().firstValue("x-loom-attempts")).hasValue("1");
            assertThat(sent(a, 1).at("/messages/1/content"))
                    .isEqualTo(
                            Json.lenient("[{\"type\":\"text\",\"text\":\"Hello\"}]".getBytes(StandardCharsets.UTF_8)));
            assertThat(log.text()).contains("provider 'a' refuses 'thinking_blocks'");
            gateway.chat(FOREIGN_THOUGHT);
            assertThat(a.requests()).as("other conversations keep theirs").hasSize(4);
        }
    }

    @Test
    void a_model_that_refuses_thinking_with_a_forced_tool_is_remembered() {
        try (FakeProvider a = new FakeProvider(
                        refusing("\"adaptive\"", "Thinking may not be enabled when tool_choice forces tool use."));
                TestGateway gateway = start(a)) {
            assertThat(gateway.chat(FORCED).statusCode()).isEqualTo(200);
            assertThat(sent(a, 1).at("/thinking/type").asText()).isEqualTo("disabled");
            assertThat(sent(a, 1).at("/output_config/effort").asText()).isEqualTo("high");
            gateway.chat(FORCED);
            assertThat(a.requests()).hasSize(3);
        }
    }

    /** Counts alone do not tell what the API can compile. */
    @Test
    void schemas_that_the_api_cannot_compile_are_not_enforced_in_this_request() {
        String asking =
                """
                {"model":"claude-opus-4-8","messages":[{"role":"user","content":"Hi"}],
                 "tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object"}}}],
                 "response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"object"}}}}
                """;
        String message = "The compiled grammar is too large, which would cause performance issues.";
        try (CapturedLog log = new CapturedLog();
                FakeProvider a = new FakeProvider(call -> {
                    String body = call.request().body();
                    if (body.contains("\"strict\"") || body.contains("json_schema")) {
                        call.json(400, VOICE.error(400, message));
                    } else {
                        call.json(200, VOICE.answer(Said.calls(new Said.Call("t", "json_answer", "{\"a\":1}"))));
                    }
                });
                TestGateway gateway = start(a)) {
            assertThat(Json.lenient(gateway.chat(asking).body().getBytes(StandardCharsets.UTF_8))
                            .at("/choices/0/message/content")
                            .asText())
                    .isEqualTo("{\"a\":1}");
            assertThat(log.text()).contains("provider 'a' refuses 'strict'");
            gateway.chat(asking);
            assertThat(a.requests()).as("other schemas may do").hasSize(4);
        }
    }

    @Test
    void any_other_refusal_is_relayed() {
        try (FakeProvider a = new FakeProvider(refusing("messages", "max_tokens: Field required"));
                TestGateway gateway = start(a)) {
            assertThat(gateway.chat(FOREIGN_THOUGHT).statusCode()).isEqualTo(400);
            assertThat(a.requests()).hasSize(1);
        }
    }
}
