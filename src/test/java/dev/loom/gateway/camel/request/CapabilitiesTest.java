package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the configuration says of a model decides which requests it gets. */
class CapabilitiesTest {

    private static final String PROVIDER =
            "  - {name: %s, type: openai, api_key: sk-a, base_url: '%s', models: [{name: gpt-4, %s}]}\n";

    private static TestGateway gateway(FakeProvider a, String ofA, FakeProvider b, String ofB) {
        return TestGateway.start(
                "providers:\n" + PROVIDER.formatted("a", a.url(), ofA) + PROVIDER.formatted("b", b.url(), ofB));
    }

    private static String chat(String content, String more) {
        return "{\"model\":\"gpt-4\",\"messages\":[{\"role\":\"user\",\"content\":" + content + "}]" + more + "}";
    }

    private static JsonNode json(HttpResponse<String> response) {
        return Json.lenient(response.body().getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "vision, `[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x.example/a.png\"}}]`, ``, messages[0].content[0]",
                "audio, `[{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AA\",\"format\":\"wav\"}}]`, ``, messages[0].content[0]",
                "documents, `[{\"type\":\"file\",\"file\":{\"file_data\":\"AA\"}}]`, ``, messages[0].content[0]",
                "tools, `\"hi\"`, `,\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]`, tools",
                "json_schema, `\"hi\"`, `,\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":{}}}`, response_format"
            })
    void a_request_goes_where_its_feature_is_and_nowhere_else(String feature, String content, String more, String place)
            throws Exception {
        String others = "vision, tools, json_schema, audio, documents, ".replace(feature + ", ", "");
        String without = "features: [" + others.substring(0, others.length() - 2) + "]";
        try (FakeProvider a = FakeProvider.saying("of a");
                FakeProvider b = FakeProvider.saying("of b");
                TestGateway gateway = gateway(a, without, b, "features: [" + feature + "]");
                TestGateway nobody = gateway(a, without, b, without)) {
            HttpResponse<String> answer = gateway.chat(chat(content, more));
            assertThat(answer.headers().firstValue("x-loom-provider"))
                    .as(answer.body())
                    .hasValue("b");
            assertThat(gateway.chat(chat("\"hi\"", "")).headers().firstValue("x-loom-provider"))
                    .hasValue("a");

            HttpResponse<String> refused = nobody.chat(chat(content, more));
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(json(refused).at("/error/message").asText()).contains(feature, "gpt-4");
            assertThat(json(refused).at("/error/param").asText()).isEqualTo(place);
            assertThat(json(refused).at("/error/code").asText()).isEqualTo("unsupported_feature");
        }
    }

    @Test
    void a_prompt_or_an_answer_that_is_too_long_goes_to_a_longer_model() throws Exception {
        try (FakeProvider a = FakeProvider.saying("of a");
                FakeProvider b = FakeProvider.saying("of b");
                TestGateway gateway = gateway(a, "context: 100, max_output: 50", b, "context: 10000")) {
            assertThat(gateway.chat(chat("\"hi\"", ",\"max_tokens\":50"))
                            .headers()
                            .firstValue("x-loom-provider"))
                    .hasValue("a");
            assertThat(gateway.chat(chat("\"hi\"", ",\"max_tokens\":51"))
                            .headers()
                            .firstValue("x-loom-provider"))
                    .hasValue("b");
            String prompt = "\"" + "word ".repeat(200) + "\"";
            assertThat(gateway.chat(chat(prompt, "")).headers().firstValue("x-loom-provider"))
                    .hasValue("b");
            HttpResponse<String> refused = gateway.chat(chat("\"" + "word ".repeat(12000) + "\"", ""));
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(json(refused).at("/error/code").asText()).isEqualTo("context_length_exceeded");
        }
    }

    @Test
    void explain_tells_who_cannot_and_why() throws Exception {
        try (FakeProvider a = FakeProvider.saying("of a");
                FakeProvider b = FakeProvider.saying("of b");
                TestGateway gateway = gateway(a, "features: [vision]", b, "surfaces: [embeddings]")) {
            String body = chat("\"hi\"", ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]");
            JsonNode told =
                    json(gateway.send(HttpRequest.newBuilder(URI.create(gateway.adminUrl() + "/ai/route/explain"))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(body))));
            assertThat(told.at("/providers/0/skipped").asText())
                    .as(told.toString())
                    .isEqualTo("unsupported");
            assertThat(told.at("/providers/0/checks/unsupported").asText()).contains("has no tools");
            assertThat(told.at("/providers/1/checks/unsupported").asText()).contains("does not serve chat");
            assertThat(told.at("/error/status").asInt()).isEqualTo(400);
        }
    }

    @Test
    void a_client_reads_of_a_missing_feature_in_its_own_words() throws Exception {
        try (FakeProvider a = FakeProvider.saying("of a");
                FakeProvider b = FakeProvider.saying("of b");
                TestGateway gateway = gateway(a, "features: [tools]", b, "features: [tools]")) {
            String image = "{\"type\":\"input_image\",\"image_url\":\"https://x.example/a.png\"}";
            HttpResponse<String> refused = gateway.send(HttpRequest.newBuilder(
                            URI.create(gateway.url() + "/v1/responses"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            "{\"model\":\"gpt-4\",\"input\":[{\"role\":\"user\",\"content\":[" + image + "]}]}")));
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(json(refused).at("/error/param").asText()).isEqualTo("input[0].content[0]");
        }
    }
}
