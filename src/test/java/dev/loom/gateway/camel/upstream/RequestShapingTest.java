package dev.loom.gateway.camel.upstream;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code request} and {@code family} of the configuration, from the client to the provider's socket. */
class RequestShapingTest {

    private static final FakeProvider A = FakeProvider.saying("hi");
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(
                """
                providers:
                  - name: a
                    type: openai
                    api_key: k
                    base_url: '%s'
                    models: [plain, {name: special, request: {set: {top_k: 7}, drop: [seed]}}]
                    family: deepseek
                    request: {default: {seed: 1, chat_template_kwargs.enable_thinking: false}}
                """
                        .formatted(A.url()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        A.close();
    }

    private static JsonNode sent(String model) {
        A.requests().clear();
        String body = chat(model, false)
                .replace("{\"role\":\"user\"", "{\"role\":\"developer\",\"content\":\"Be brief\"},{\"role\":\"user\"");
        assertThat(gateway.chat(body).statusCode()).isEqualTo(200);
        return Json.lenient(A.requests().get(0).body().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void rules_of_the_provider_and_of_the_model_are_both_applied() {
        JsonNode plain = sent("plain");
        assertThat(plain.at("/messages/0/role").asText()).isEqualTo("system");
        assertThat(plain.path("seed").asInt()).isEqualTo(1);
        assertThat(plain.at("/chat_template_kwargs/enable_thinking").isBoolean())
                .isTrue();
        assertThat(plain.has("top_k")).isFalse();

        JsonNode special = sent("special");
        assertThat(special.has("seed")).isFalse();
        assertThat(special.path("top_k").asInt()).isEqualTo(7);
    }

    @Test
    void explain_shows_the_rules_that_apply() {
        JsonNode explained =
                Json.lenient(gateway.send(HttpRequest.newBuilder(URI.create(gateway.adminUrl() + "/ai/route/explain"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(chat("special", true))))
                        .body()
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(Json.string(explained.at("/providers/0/request")))
                .startsWith("{\"family\":\"deepseek\",\"usage_in_streams\":true,\"refused\":[],\"rules\":["
                        + "{\"drop\":[\"messages.*.thinking_blocks\",")
                .endsWith(
                        "{\"rename\":{\"max_completion_tokens\":\"max_tokens\",\"messages.*.role\":{\"developer\":\"system\"}}},"
                                + "{\"default\":{\"seed\":1,\"chat_template_kwargs.enable_thinking\":false}},"
                                + "{\"drop\":[\"seed\"],\"set\":{\"top_k\":7}}]}");
    }
}
