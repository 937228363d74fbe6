package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.FakeProvider.Call;
import dev.loom.gateway.testing.GeminiVoice;
import dev.loom.gateway.testing.Said;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Providers of the type gemini, with a server that answers at Google's paths and no others. */
class GoogleAiStudioTest {

    private static final GeminiVoice VOICE = new GeminiVoice(true);

    private static void google(Call call) throws IOException {
        String path = call.request().path();
        if (!"key-1".equals(call.request().headers().get("x-goog-api-key"))) {
            call.json(400, VOICE.error(400, "API key not valid. Please pass a valid API key."));
        } else if (path.equals("/v1beta/models/gemini-2.5-flash:generateContent")) {
            call.json(200, VOICE.answer(Said.text("whole", "stop")));
        } else if (path.equals("/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse")) {
            call.startStream();
            for (String event : VOICE.events(Said.text("streamed", "stop"))) {
                call.write(event);
            }
            call.endStream();
        } else if (path.equals("/v1beta/models/gemini-embedding-001:batchEmbedContents")) {
            call.json(200, vectors(Json.lenient(call.request().body().getBytes(StandardCharsets.UTF_8))));
        } else if (path.equals("/v1beta/models?pageSize=1")) {
            call.json(200, "{\"models\":[]}");
        } else {
            call.json(404, VOICE.error(404, "no such path"));
        }
    }

    /** For the text "7" the vector [7]. */
    private static String vectors(JsonNode body) {
        StringBuilder vectors = new StringBuilder();
        for (JsonNode one : body.path("requests")) {
            assertThat(one.path("model").asText()).isEqualTo("models/gemini-embedding-001");
            assertThat(one.path("outputDimensionality").asInt()).isEqualTo(1);
            vectors.append(vectors.isEmpty() ? "" : ",")
                    .append("{\"values\":[")
                    .append(one.at("/content/parts/0/text").asText())
                    .append("]}");
        }
        return "{\"embeddings\":[" + vectors + "],\"usageMetadata\":{\"promptTokenCount\":3}}";
    }

    private static TestGateway start(FakeProvider google, String suffix, String more) {
        return TestGateway.start(
                """
                providers:
                  - name: studio
                    type: gemini
                    api_key: key-1
                    base_url: http://127.0.0.1:%d%s
                    models: [gemini-2.5-flash, models/gemini-2.5-flash, gemini-embedding-001]
                %s"""
                        .formatted(google.port(), suffix, more.indent(4)));
    }

    private static HttpRequest.Builder embedding(TestGateway gateway, String inputs) {
        return HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/embeddings"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"model\":\"gemini-embedding-001\",\"dimensions\":1,\"encoding_format\":\"float\",\"input\":["
                                + inputs + "]}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/v1beta", "/v1"})
    void chats_use_googles_paths_with_or_without_a_version_in_base_url(String suffix) {
        try (FakeProvider google = new FakeProvider(GoogleAiStudioTest::google);
                TestGateway gateway = start(google, suffix, "")) {
            assertThat(gateway.chat(TestGateway.chat("gemini-2.5-flash", false)).body())
                    .contains("\"whole\"");
            assertThat(gateway.chat(TestGateway.chat("models/gemini-2.5-flash", false))
                            .body())
                    .contains("\"whole\"");
            assertThat(gateway.chat(TestGateway.chat("gemini-2.5-flash", true)).body())
                    .contains("\"streamed\"", "[DONE]");
        }
    }

    @Test
    void embeddings_are_asked_for_in_batches_and_joined_in_their_order() {
        try (FakeProvider google = new FakeProvider(GoogleAiStudioTest::google);
                TestGateway gateway = start(google, "", "")) {
            String inputs =
                    IntStream.range(0, 101).mapToObj(i -> "\"" + i + "\"").collect(Collectors.joining(","));
            JsonNode answer =
                    Json.lenient(gateway.send(embedding(gateway, inputs)).body().getBytes(StandardCharsets.UTF_8));
            assertThat(google.requests()).hasSize(2);
            assertThat(answer.path("data")).hasSize(101);
            assertThat(answer.at("/data/100/embedding/0").asInt()).isEqualTo(100);
            assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(6);
        }
    }

    @Test
    void its_list_of_models_is_asked_for_health() {
        try (FakeProvider google = new FakeProvider(GoogleAiStudioTest::google);
                TestGateway gateway = start(google, "", "health_check: {enabled: true, interval: 1s}")) {
            Awaitility.await().until(() -> gateway.admin("/ai/providers/studio/health")
                    .path("status")
                    .asText()
                    .equals("healthy"));
        }
    }

    @Test
    void a_key_that_google_refuses_is_a_fault_of_the_account() {
        try (FakeProvider google = new FakeProvider(
                        call -> call.json(400, VOICE.error(400, "API key not valid. Please pass a valid API key.")));
                TestGateway gateway = start(google, "", "")) {
            assertThat(gateway.chat(TestGateway.chat("gemini-2.5-flash", false)).statusCode())
                    .isEqualTo(502);
        }
    }
}
