package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.Http;
import dev.loom.gateway.testing.TestGateway;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code limits.max_output_tokens}: the provider gets the request as it came, but for that one figure. */
class OutputBoundTest {

    private static final String REST = "\"new_field\" : {\"x\":1.0}, \"model\":\"m\", ";
    private static final String TURN = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    private static TestGateway start(String type, FakeProvider provider) {
        String base = type.equals("gemini") ? provider.url().replace("/v1", "") : provider.url();
        return TestGateway.start("providers:\n  - {name: a, type: " + type + ", api_key: k, base_url: '" + base
                + "', models: [" + (type.equals("openai") ? "{name: m, surfaces: [chat, responses, completions]}" : "m")
                + "]}\nlimits: {max_output_tokens: 50}\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            openai    | /v1/chat/completions | REST "max_tokens": 99, TURN             | REST "max_tokens": 50, TURN
            openai    | /v1/chat/completions | REST "max_completion_tokens":9, TURN    | REST "max_completion_tokens":9, TURN
            openai    | /v1/chat/completions | REST "max_completion_tokens":9,"max_tokens":99, TURN | REST "max_completion_tokens":9,"max_tokens":50, TURN
            openai    | /v1/chat/completions | REST TURN                               | REST TURN,"max_completion_tokens":50
            openai    | /v1/responses        | REST "max_output_tokens":  99,"input":"hi" | REST "max_output_tokens":  50,"input":"hi"
            openai    | /v1/responses        | REST "max_output_tokens":9,"input":"hi" | REST "max_output_tokens":9,"input":"hi"
            openai    | /v1/responses        | REST "input":"hi"                       | "max_output_tokens":50,REST "input":"hi"
            openai    | /v1/completions      | REST "max_tokens":  99,"prompt":"hi"    | REST "max_tokens":  50,"prompt":"hi"
            openai    | /v1/completions      | REST "max_tokens":9,"prompt":"hi"       | REST "max_tokens":9,"prompt":"hi"
            openai    | /v1/completions      | REST "prompt":"hi"                      | "max_tokens":50,REST "prompt":"hi"
            openai    | /openai/deployments/m/chat/completions | REST "max_tokens": 99, TURN | REST "max_tokens": 50, TURN
            openai    | /openai/deployments/m/chat/completions | REST TURN             | REST TURN,"max_completion_tokens":50
            anthropic | /v1/messages         | REST "max_tokens" : 99, TURN            | REST "max_tokens" : 50, TURN
            anthropic | /v1/messages         | REST "max_tokens":9, TURN               | REST "max_tokens":9, TURN
            gemini    | /v1beta/models/m:generateContent | "new_field":1, "generationConfig":{"topK":3, "maxOutputTokens":99},"contents":[{"role":"user","parts":[{"text":"hi"}]}] | "new_field":1, "generationConfig":{"topK":3, "maxOutputTokens":50},"contents":[{"role":"user","parts":[{"text":"hi"}]}]
            gemini    | /v1beta/models/m:generateContent | "generation_config":{"max_output_tokens":99},"contents":[{"role":"user","parts":[{"text":"hi"}]}] | "generation_config":{"max_output_tokens":50},"contents":[{"role":"user","parts":[{"text":"hi"}]}]
            gemini    | /v1beta/models/m:generateContent | "new_field":1,"contents":[{"role":"user","parts":[{"text":"hi"}]}] | "generationConfig":{"maxOutputTokens":50},"new_field":1,"contents":[{"role":"user","parts":[{"text":"hi"}]}]
            """)
    void only_that_figure_is_changed(String type, String path, String asked, String expected) {
        try (FakeProvider provider = new FakeProvider(call -> call.error(400, "invalid_request_error", "x"));
                TestGateway gateway = start(type, provider)) {
            gateway.send(Http.post(gateway.url() + path, whole(asked)));

            assertThat(provider.requests()).isNotEmpty();
            assertThat(provider.requests().get(0).body()).isEqualTo(whole(expected));
        }
    }

    private static String whole(String pieces) {
        return "{" + pieces.replace("REST ", REST).replace("TURN", TURN) + "}";
    }
}
