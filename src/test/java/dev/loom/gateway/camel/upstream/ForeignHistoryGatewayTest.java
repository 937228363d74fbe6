package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.FakeProvider.Call;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A conversation that one provider began and another, which knows none of the first one's fields, goes on with. */
class ForeignHistoryGatewayTest {

    private static final String CONVERSATION =
            """
            {"model":"m","messages":[{"role":"user","content":"Hi"},
             {"role":"assistant","content":"Hello","reasoning_content":"A greeting"},
             {"role":"user","content":"Again"}]}
            """;

    private static void strict(Call call) throws IOException {
        if (call.request().body().contains("reasoning_content")) {
            call.json(
                    400,
                    "{\"error\":{\"message\":\"'messages.1' : for 'role:assistant' the following must be satisfied"
                            + "[('messages.1' : property 'reasoning_content' is unsupported)]\","
                            + "\"type\":\"invalid_request_error\"}}");
        } else {
            call.completion("from a");
        }
    }

    private static TestGateway start(FakeProvider provider, String more) {
        return TestGateway.start("providers: [{name: a, type: openai, api_key: k, base_url: '%s', models: [m]%s}]\n"
                .formatted(provider.url(), more));
    }

    @Test
    void a_family_that_is_known_is_spared_it() {
        try (FakeProvider a = new FakeProvider(ForeignHistoryGatewayTest::strict);
                TestGateway gateway = start(a, ", family: groq")) {
            assertThat(gateway.chat(CONVERSATION).body()).contains("from a");
            assertThat(a.requests()).hasSize(1);
        }
    }

    @Test
    void a_server_that_refuses_such_a_field_is_asked_again_without_it_and_never_gets_it_again() {
        try (FakeProvider a = new FakeProvider(ForeignHistoryGatewayTest::strict);
                TestGateway gateway = start(a, "")) {
            HttpResponse<String> response = gateway.chat(CONVERSATION);
            assertThat(response.body()).contains("from a");
            assertThat(response.headers().firstValue("x-loom-attempts")).hasValue("1");
            assertThat(a.requests()).hasSize(2);
            JsonNode sent = Json.lenient(a.requests().get(1).body().getBytes(StandardCharsets.UTF_8));
            assertThat(sent.at("/messages/1/content").asText()).isEqualTo("Hello");
            gateway.chat(CONVERSATION);
            assertThat(a.requests()).hasSize(3);
        }
    }

    @Test
    void a_refusal_of_something_else_is_not_taken_for_one_of_it() {
        String error = "{\"error\":{\"message\":\"reasoning_content_filter: no\",\"type\":\"invalid_request_error\"}}";
        try (FakeProvider a = new FakeProvider(call -> call.json(400, error));
                TestGateway gateway = start(a, "")) {
            assertThat(gateway.chat(CONVERSATION).statusCode()).isEqualTo(400);
            assertThat(a.requests()).hasSize(1);
        }
    }
}
