package dev.loom.gateway.camel.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.Embedding;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams.EncodingFormat;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.Recording;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Embeddings of every kind of provider, and what can go wrong with them, read by OpenAI's Java SDK at its
 * strictest. Long by its bodies of three providers.
 */
class EmbeddingsGatewayTest {

    private static FakeProvider upstream;
    private static TestGateway gateway;
    private static OpenAIClient client;

    @BeforeAll
    static void start() {
        upstream = new FakeProvider(EmbeddingsGatewayTest::embed);
        String url = "http://127.0.0.1:" + upstream.port();
        gateway = TestGateway.start(
                """
                providers:
                  - {name: claude, type: anthropic, api_key: k, base_url: %1$s, models: [claude, of-openai]}
                  - {name: openai, type: openai, api_key: k, base_url: %1$s/v1, models: [of-openai]}
                  - {name: slow, type: vertex, api_key: k, project_id: p, location: l, base_url: %1$s, models: [gemini-embedding-3], timeouts: {response: 300ms}}
                  - {name: limited, type: openai, api_key: k, base_url: %1$s/v1, models: [of-limited]}
                  - {name: azure, type: azure, api_key: k, base_url: %1$s, api_version: "2024-10-21", deployments: {of-azure: dep}}
                  - {name: google, type: vertex, api_key: k, project_id: p, location: l, base_url: %1$s, models: [text-embedding-005, gemini-embedding-001, gemini-embedding-2]}
                """
                        .formatted(url));
        client = gateway.openAi().withOptions(options -> options.responseValidation(true));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @BeforeEach
    void forget() {
        upstream.behave(EmbeddingsGatewayTest::embed);
        upstream.requests().clear();
    }

    /** The vector of a text begins with its length. OpenAI and Azure answer with numbers, whatever they are asked for. */
    private static void embed(FakeProvider.Call call) throws IOException {
        JsonNode body = Json.lenient(call.request().body().getBytes(StandardCharsets.UTF_8));
        StringBuilder entries = new StringBuilder();
        if (call.request().path().endsWith(":embedContent")) {
            int length = body.at("/content/parts/0/text").asText().length();
            call.json(200, "{\"embedding\":{\"values\":[" + length + ",0.5]}}");
        } else if (call.request().path().endsWith(":predict")) {
            for (JsonNode instance : body.path("instances")) {
                entries.append(entries.isEmpty() ? "" : ",")
                        .append("{\"embeddings\":{\"statistics\":{\"token_count\":2},\"values\":[")
                        .append(instance.path("content").asText().length())
                        .append(",0.5]}}");
            }
            call.json(200, "{\"predictions\":[" + entries + "]}");
        } else {
            for (JsonNode input : body.path("input")) {
                entries.append(entries.isEmpty() ? "" : ",")
                        .append("{\"embedding\":[")
                        .append(input.asText().length())
                        .append(",0.5]}");
            }
            call.json(200, "{\"data\":[" + entries + "],\"usage\":{\"prompt_tokens\":7}}");
        }
    }

    private static EmbeddingCreateParams.Builder ask(String model, String... texts) {
        return EmbeddingCreateParams.builder().model(model).inputOfArrayOfStrings(List.of(texts));
    }

    private static CreateEmbeddingResponse embeddings(EmbeddingCreateParams.Builder params) {
        CreateEmbeddingResponse response = client.embeddings().create(params.build());
        response.validate();
        return response;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"of-openai", "of-azure", "text-embedding-005", "gemini-embedding-001", "gemini-embedding-2"})
    void every_text_gets_its_vector_in_the_form_that_was_asked_for(String model) {
        for (EncodingFormat format : List.of(EncodingFormat.BASE64, EncodingFormat.FLOAT)) {
            List<Embedding> data =
                    embeddings(ask(model, "a", "bcd").encodingFormat(format)).data();
            assertThat(data).extracting(Embedding::index).containsExactly(0L, 1L);
            assertThat(data).extracting(Embedding::embedding).containsExactly(List.of(1f, 0.5f), List.of(3f, 0.5f));
            assertThat(data).allMatch(one -> one.embeddingValue().isBase64() == format.equals(EncodingFormat.BASE64));
        }
    }

    @Test
    void the_sdk_asks_for_base64_of_its_own_accord_and_gets_it() {
        Embedding first = embeddings(ask("text-embedding-005", "abc")).data().get(0);
        assertThat(first.embeddingValue().isBase64()).isTrue();
        assertThat(first.embedding()).containsExactly(3f, 0.5f);
    }

    @Test
    void tokens_are_counted_by_the_provider() {
        assertThat(embeddings(ask("of-openai", "a")).usage().promptTokens()).isEqualTo(7);
        assertThat(embeddings(ask("text-embedding-005", "a", "b")).usage().totalTokens())
                .isEqualTo(4);
        assertThat(embeddings(ask("gemini-embedding-001", "a", "b")).usage().totalTokens())
                .isEqualTo(4);
    }

    @Test
    void a_batch_for_a_model_that_takes_one_at_a_time_becomes_one_call_after_another_on_one_connection() {
        embeddings(ask("gemini-embedding-001", "a"));
        int connections = upstream.connections();
        upstream.requests().clear();
        embeddings(ask("gemini-embedding-001", "a", "bb", "ccc"));
        assertThat(upstream.requests())
                .extracting(FakeProvider.Request::path)
                .hasSize(3)
                .containsOnly("/v1/projects/p/locations/l/publishers/google/models/gemini-embedding-001:predict");
        assertThat(upstream.requests())
                .allSatisfy(request -> assertThat(request.headers()).containsEntry("x-goog-api-key", "k"));
        assertThat(upstream.connections()).isEqualTo(connections);
    }

    @Test
    void the_first_error_within_a_batch_is_the_error_of_the_batch() {
        upstream.behave(call -> {
            if (call.request().body().contains("bad")) {
                call.json(400, "{\"error\":{\"code\":400,\"message\":\"too long\",\"status\":\"INVALID_ARGUMENT\"}}");
            } else {
                embed(call);
            }
        });
        assertThatThrownBy(() -> embeddings(ask("gemini-embedding-001", "a", "bad", "c")))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("too long");
        assertThat(upstream.requests()).hasSize(2);
    }

    @Test
    void a_batch_that_takes_too_long_is_cut_short_wherever_it_stands() throws InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        upstream.behave(call -> {
            if (call.request().body().contains("slow")) {
                call.awaitClosed(closed);
            } else {
                embed(call);
            }
        });
        assertThatThrownBy(() -> embeddings(ask("gemini-embedding-3", "a", "slow", "c")))
                .isInstanceOf(InternalServerException.class);
        assertThat(closed.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(upstream.requests()).noneMatch(request -> request.body().contains("\"c\""));
    }

    @Test
    void a_provider_without_embeddings_is_passed_over() {
        assertThat(embeddings(ask("of-openai", "a")).data()).hasSize(1);
        assertThat(upstream.requests())
                .singleElement()
                .extracting(FakeProvider.Request::path)
                .isEqualTo("/v1/embeddings");
    }

    @Test
    void where_nobody_has_embeddings_the_client_is_told() {
        assertThatThrownBy(() -> embeddings(ask("claude", "a")))
                .isInstanceOfSatisfying(
                        BadRequestException.class, e -> assertThat(e.code()).hasValue("unsupported_parameter"));
    }

    @Test
    void what_is_wrong_with_a_request_is_named() {
        assertThatThrownBy(() -> embeddings(ask("of-openai")))
                .isInstanceOfSatisfying(
                        OpenAIServiceException.class, e -> assertThat(e.param()).hasValue("input"));
    }

    @Test
    void an_error_of_the_provider_is_the_exception_that_fits() {
        upstream.behave(call -> call.error(429, "requests", "rate_limit_exceeded"));
        assertThatThrownBy(() -> embeddings(ask("of-limited", "a"))).isInstanceOf(RateLimitException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai-embeddings-basic", "openai-embeddings-base64"})
    @EnabledIfSystemProperty(
            named = ConformanceTest.FOLDER,
            matches = ".+",
            disabledReason = "Skipped: name the folder of recorded answers with -Dloom.recordings=<folder>")
    void recorded_answers_are_read_number_by_number(String name) {
        Recording recording = Recording.in(System.getProperty(ConformanceTest.FOLDER), "openai").stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        upstream.behave(call -> {
            call.start(recording.status(), recording.headers());
            byte[] body = recording.body();
            for (int from = 0; from < body.length; from += 1000) {
                call.write(body, from, Math.min(body.length, from + 1000));
            }
            call.endStream();
        });
        for (EncodingFormat format : List.of(EncodingFormat.BASE64, EncodingFormat.FLOAT)) {
            CreateEmbeddingResponse response =
                    embeddings(ask("of-openai", "As recorded.").encodingFormat(format));
            assertThat(response.data().get(0).embedding())
                    .containsExactlyElementsOf(vector(recording.json().at("/data/0/embedding")));
            assertThat(response.model()).isEqualTo("text-embedding-3-small");
            assertThat(response.usage().promptTokens()).isEqualTo(7);
        }
    }

    private static List<Float> vector(JsonNode embedding) {
        List<Float> vector = new ArrayList<>();
        if (embedding.isArray()) {
            embedding.forEach(number -> vector.add(Float.parseFloat(number.asText())));
        } else {
            byte[] bytes = Base64.getDecoder().decode(embedding.asText());
            for (int i = 0; i < bytes.length; i += 4) {
                int bits = (bytes[i] & 0xFF)
                        | (bytes[i + 1] & 0xFF) << 8
                        | (bytes[i + 2] & 0xFF) << 16
                        | bytes[i + 3] << 24;
                vector.add(Float.intBitsToFloat(bits));
            }
        }
        return vector;
    }
}
