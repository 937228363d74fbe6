package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.Http;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever goes wrong, and on whatever path, the client is told in the shape that its SDK reads. */
class ErrorsInEveryLanguageTest {

    /** Paths in which {@code MODEL} stands for the model. */
    private enum Language {
        CHAT("/v1/chat/completions"),
        COMPLETIONS("/v1/completions"),
        EMBEDDINGS("/v1/embeddings"),
        AZURE("/openai/deployments/MODEL/chat/completions"),
        RESPONSES("/v1/responses"),
        AUDIO("/v1/audio/speech"),
        MESSAGES("/v1/messages"),
        GEMINI("/v1beta/models/MODEL:generateContent");

        final String path;

        Language(String path) {
            this.path = path;
        }

        boolean isChat() {
            return this != EMBEDDINGS && this != AUDIO;
        }
    }

    /** What goes wrong, and what OpenAI's code, Anthropic's type and Google's status are for it. */
    private enum Case {
        NO_JSON(400, null, "invalid_request_error", "INVALID_ARGUMENT"),
        WRONG_KEY(401, "invalid_api_key", "authentication_error", "UNAUTHENTICATED"),
        KEY_FOR_OTHERS(403, "model_not_allowed", "permission_error", "PERMISSION_DENIED"),
        NO_MODEL(404, "model_not_found", "not_found_error", "NOT_FOUND"),
        NO_PATH(404, "unknown_url", "not_found_error", "NOT_FOUND"),
        OTHER_METHOD(405, "method_not_allowed", "invalid_request_error", "INVALID_ARGUMENT"),
        TOO_LONG(413, "request_too_large", "request_too_large", "INVALID_ARGUMENT"),
        OUT_OF_TURNS(429, "rate_limit_exceeded", "rate_limit_error", "RESOURCE_EXHAUSTED"),
        LIMITED(429, "rate_limit_exceeded", "rate_limit_error", "RESOURCE_EXHAUSTED"),
        OWN_FAULT(500, "internal_error", "api_error", "INTERNAL"),
        NOBODY(503, "no_provider_available", "overloaded_error", "UNAVAILABLE");

        final int status;
        final String code;
        final String type;
        final String word;

        Case(int status, String code, String type, String word) {
            this.status = status;
            this.code = code;
            this.type = type;
            this.word = word;
        }
    }

    private static FakeProvider provider;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        provider = new FakeProvider(ErrorsInEveryLanguageTest::serve);
        gateway = TestGateway.start(
                TestGateway.providers("", provider).replace("[gpt-4]", "['m-*']")
                        + "  - {name: wrong, type: 'bean:mistaken', base_url: 'http://127.0.0.1:1', models: [own-fault]}\n"
                        + "server: {max_body: 2KB, api_keys: [{key: right, name: ann}, {key: few, name: bob,"
                        + " rate_limit: {requests_per_minute: 1}}, {key: other, name: eve, models: [other]}]}\n"
                        + "routing: {failover: {max_retries: 0, circuit_breaker: {enabled: false}}}\n",
                Map.of("camel.beans.mistaken", "#class:" + OwnFaultTest.Mistaken.class.getName()));
        while (send(Language.CHAT, "few", "POST", "m-none", "").statusCode() != 429) {} // uses up its turns
    }

    @AfterAll
    static void stop() {
        gateway.close();
        provider.close();
    }

    private static void serve(FakeProvider.Call call) throws IOException {
        if (call.request().body().contains("m-limited")) {
            call.error(429, "requests", "rate_limit_exceeded", "Retry-After", "0");
        } else {
            call.error(503, "server_error", "overloaded");
        }
    }

    private static HttpResponse<String> send(Language language, String key, String method, String model, String more) {
        String prompt = language == Language.RESPONSES ? "" : "\"prompt\":\"hi\",";
        String body = "{\"model\":\"" + model + "\",\"max_tokens\":5," + prompt + "\"input\":\"hi" + more + "\","
                + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                + "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}";
        return send(language.path.replace("MODEL", model), key, method, body);
    }

    private static HttpResponse<String> send(String path, String key, String method, String body) {
        return Http.send(Http.post(gateway.url() + path, body)
                .header("Authorization", "Bearer " + key)
                .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    private static HttpResponse<String> provoke(Language language, Case wrong) {
        return switch (wrong) {
            case NO_JSON -> send(language.path.replace("MODEL", "m-x"), "right", "POST", "{");
            case WRONG_KEY -> send(language, "wrong", "POST", "m-x", "");
            case KEY_FOR_OTHERS -> send(language, "other", "POST", "m-x", "");
            case NO_MODEL -> send(language, "right", "POST", "none", "");
            case NO_PATH ->
                send(
                        language.path.replaceFirst("models/.*", "no").replace("MODEL", "m-x") + "-such",
                        "right",
                        "POST",
                        "{}");
            case OTHER_METHOD -> send(language, "right", "PATCH", "m-x", "");
            case TOO_LONG -> send(language, "right", "POST", "m-x", "x".repeat(4096));
            case OUT_OF_TURNS -> send(language, "few", "POST", "m-x", "");
            case LIMITED -> send(language, "right", "POST", "m-limited", "");
            case OWN_FAULT -> send(language, "right", "POST", "own-fault", "");
            case NOBODY -> send(language, "right", "POST", "m-x", "");
        };
    }

    /** What passes is not read, and any path below {@code /v1/audio/} does. */
    private static boolean isSeenBeforeItPasses(Case wrong) {
        return wrong != Case.NO_JSON && wrong != Case.NO_PATH;
    }

    static Stream<Arguments> cases() {
        return Arrays.stream(Language.values()).flatMap(language -> Arrays.stream(Case.values())
                .filter(wrong -> wrong != Case.OWN_FAULT || language.isChat())
                .filter(wrong -> language != Language.AUDIO || isSeenBeforeItPasses(wrong))
                .map(wrong -> Arguments.of(language, wrong)));
    }

    /** Long: the checks of each language. */
    @ParameterizedTest
    @MethodSource("cases")
    void an_error_has_the_shape_of_the_clients_language(Language language, Case wrong) {
        HttpResponse<String> response = provoke(language, wrong);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(wrong.status);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/json");
        JsonNode body = Json.lenient(response.body().getBytes(StandardCharsets.UTF_8));
        JsonNode error = body.path("error");
        assertThat(error.path("message").asText()).as(response.body()).isNotBlank();
        String id = response.headers().firstValue("x-request-id").orElseThrow();
        switch (language) {
            case MESSAGES -> {
                assertThat(body.path("type").asText()).isEqualTo("error");
                assertThat(error.path("type").asText()).isEqualTo(wrong.type);
                assertThat(body.path("request_id").asText()).isEqualTo(id);
                assertThat(response.headers().firstValue("request-id")).hasValue(id);
            }
            case GEMINI -> {
                assertThat(error.path("code").asInt()).isEqualTo(wrong.status);
                assertThat(error.path("status").asText()).isEqualTo(wrong.word);
            }
            default -> {
                assertThat(List.of("message", "type", "param", "code")).allMatch(error::has);
                assertThat(error.path("code").textValue()).isEqualTo(wrong.code);
                if (wrong.status < 429) {
                    assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
                } else {
                    assertThat(error.path("type").asText()).isNotBlank();
                }
            }
        }
        if (wrong.status == 429) {
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
        }
    }
}
