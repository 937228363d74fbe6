package dev.loom.gateway.camel.admin;

import static dev.loom.gateway.testing.Answers.error;
import static dev.loom.gateway.testing.Answers.header;
import static dev.loom.gateway.testing.Answers.isFrom;
import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawHttp;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /ai/route/explain} as an operator sees it: every key in its order, every filter's verdict, every error. */
class ExplainTest {

    private static final FakeProvider A = FakeProvider.saying("from a");
    private static final FakeProvider B = FakeProvider.saying("from b");
    private static TestGateway gateway;

    @BeforeAll
    static void traffic() {
        gateway = TestGateway.start(
                """
                providers:
                  - {name: a, type: openai, api_key: sk-a-secret, base_url: '%s', models: [gpt-4, emb],
                     cost: {input_per_1k: 1, output_per_1k: 2},
                     rate_limit: {requests_per_minute: 100, tokens_per_minute: 60000, concurrent_requests: 7}}
                  - {name: b, type: azure, api_key: sk-b-secret, base_url: '%s', deployments: {gpt-4: dep-4},
                     cost: {input_per_1k: 0.5, output_per_1k: 1}}
                  - {name: c, type: openai, api_key: sk-c-secret, models: [gpt-4], enabled: false}
                  - {name: d, type: openai, api_key: sk-d-secret, base_url: '%s', models: [other-1]}
                routing:
                  strategy: cost
                  providers: [{name: a}, {name: b}]
                  fallback: {provider: d, on_rate_limit: false}
                """
                        .formatted(A.url(), B.url(), B.url()));
        B.behave(call -> call.error(429, "requests", "rate_limit_exceeded", "Retry-After", "600"));
        isFrom(gateway.chat(chat("gpt-4", false)), "a", 2);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        A.close();
        B.close();
    }

    private static HttpResponse<String> ask(String body, String type) {
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.adminUrl() + "/ai/route/explain"))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static JsonNode explain(String body) {
        HttpResponse<String> response = ask(body, "application/json");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(header(response, "x-request-id")).isNotEmpty();
        return Json.lenient(response.body().getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> keys(JsonNode object) {
        List<String> keys = new ArrayList<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    @Test
    void every_key_stands_in_its_order() {
        JsonNode json = explain(chat("gpt-4", true));
        assertThat(keys(json))
                .containsExactly("model", "stream", "strategy", "order", "first", "error", "fallback", "providers");
        assertThat(keys(json.path("first")))
                .containsExactly("provider", "model", "reserved_tokens", "expected_cost_usd");
        assertThat(keys(json.path("fallback"))).containsExactly("provider", "model", "on_error", "on_rate_limit");
        assertThat(json.path("providers")).hasSize(4).allSatisfy(provider -> assertThat(keys(provider))
                .containsExactly(
                        "name",
                        "type",
                        "enabled",
                        "routed",
                        "eligible",
                        "by",
                        "entry",
                        "model",
                        "position",
                        "skipped",
                        "score",
                        "request",
                        "expected",
                        "checks"));
        JsonNode a = json.path("providers").path(0);
        assertThat(keys(a.path("score")))
                .containsExactly("value", "input_tokens", "output_tokens", "input_per_1k", "output_per_1k", "latency");
        assertThat(keys(a.path("score").path("latency")))
                .containsExactly("value", "measure", "percentile", "at_percentile", "samples", "in_flight", "explored");
        assertThat(keys(a.path("expected"))).containsExactly("input_tokens", "output_tokens", "cost_usd");
        JsonNode checks = a.path("checks");
        assertThat(keys(checks))
                .containsExactly(
                        "drained",
                        "health",
                        "circuit_breaker",
                        "cooldown",
                        "headroom",
                        "limits",
                        "limits_retry_in_ms",
                        "unsupported");
        assertThat(keys(checks.path("health"))).containsExactly("status", "usable");
        assertThat(keys(checks.path("circuit_breaker"))).containsExactly("state", "admits", "retry_in_ms");
        assertThat(keys(checks.path("cooldown"))).containsExactly("until", "reason");
        assertThat(keys(checks.path("headroom"))).containsExactly("low", "exhausted", "resets_in_ms");
        assertThat(keys(checks.path("limits")))
                .containsExactly("requests_per_minute", "tokens_per_minute", "concurrent_requests");
        assertThat(keys(checks.path("limits").path("tokens_per_minute")))
                .containsExactly("limit", "needed", "available", "passes");
    }

    @Test
    void every_key_is_documented() throws IOException {
        String page = Files.readString(Path.of("docs/operations.md"));
        assertDocumented(explain(chat("gpt-4", true)), page);
    }

    private static void assertDocumented(JsonNode json, String page) {
        json.properties().forEach(field -> {
            assertThat(page).containsPattern("`([a-z_]+\\.)?" + field.getKey() + "`");
            assertDocumented(field.getValue(), page);
        });
        json.elements().forEachRemaining(element -> {
            if (json.isArray()) {
                assertDocumented(element, page);
            }
        });
    }

    @Test
    void the_verdicts_are_those_of_the_next_request() {
        JsonNode json = explain(chat("gpt-4", false));
        assertThat(json.path("order").toString()).isEqualTo("[\"b\",\"a\"]");
        assertThat(json.path("first").path("provider").asText()).isEqualTo("a");
        assertThat(json.path("fallback").toString())
                .isEqualTo("{\"provider\":\"d\",\"model\":\"other-1\",\"on_error\":true,\"on_rate_limit\":false}");
        JsonNode a = json.path("providers").path(0);
        JsonNode b = json.path("providers").path(1);
        assertThat(a.path("skipped").isNull()).isTrue();
        assertThat(a.path("position").asInt()).isEqualTo(2);
        assertThat(b.path("skipped").asText()).isEqualTo("rate_limit");
        assertThat(b.path("checks").path("cooldown").path("reason").asText()).isEqualTo("rate_limited");
        assertThat(b.path("by").asText()
                        + b.path("entry").asText()
                        + b.path("model").asText())
                .isEqualTo("deploymentsgpt-4dep-4");
        assertThat(json.path("providers").path(2).path("enabled").asBoolean()).isFalse();
        assertThat(json.path("providers").path(3).path("routed").asBoolean()).isFalse();
    }

    @Test
    void tokens_and_cost_are_those_of_the_estimate() {
        JsonNode json = explain(
                "{\"model\":\"gpt-4\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}");
        long input = json.path("providers")
                .path(0)
                .path("score")
                .path("input_tokens")
                .asLong();
        assertThat(input).isPositive();
        assertThat(json.path("first").path("reserved_tokens").asLong()).isEqualTo(input + 100);
        assertThat(json.path("first").path("expected_cost_usd").asDouble()).isEqualTo((input + 200) / 1000.0);
    }

    @Test
    void embeddings_are_explained_too() {
        JsonNode json = explain("{\"model\":\"emb\",\"input\":[\"one\",\"two\"]}");
        assertThat(json.path("first").path("provider").asText()).isEqualTo("a");
        assertThat(json.path("providers")
                        .path(0)
                        .path("expected")
                        .path("output_tokens")
                        .asInt())
                .isZero();
        assertThat(json.path("providers").path(1).path("eligible").asBoolean()).isFalse();
    }

    @Test
    void asking_calls_nobody_and_counts_nothing() {
        int calls = A.requests().size() + B.requests().size();
        JsonNode before = gateway.stats("a");
        explain(chat("gpt-4", false));
        assertThat(A.requests().size() + B.requests().size()).isEqualTo(calls);
        assertThat(gateway.stats("a").path("requests")).isEqualTo(before.path("requests"));
        assertThat(gateway.stats("a")
                        .path("limits")
                        .path("concurrent_requests")
                        .path("remaining")
                        .asInt())
                .isEqualTo(7);
    }

    @Test
    void no_key_is_shown() {
        assertThat(explain(chat("gpt-4", false)).toString()).doesNotContain("secret", A.url());
    }

    @Test
    void a_model_that_nobody_serves_is_404() {
        assertThat(error(ask(chat("nothing", false), "application/json"), 404)
                        .path("code")
                        .asText())
                .isEqualTo("model_not_found");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{|400", "[]|400", "{\"model\":\"gpt-4\"}|400", "{\"model\":\"emb\",\"input\":[]}|400"})
    void an_invalid_request_is_400(String body, int status) {
        assertThat(error(ask(body, "application/json"), status).path("type").asText())
                .isEqualTo("invalid_request_error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Content-Type: application/x-www-form-urlencoded\r\n", "Content-Type: text/plain\r\n"})
    void json_is_explained_whatever_it_is_called(String type) throws IOException {
        assertThat(askedRaw(type, chat("gpt-4", false)).status()).isEqualTo(200);
        assertThat(askedRaw(type, "hello").status()).isEqualTo(400);
    }

    @Test
    void a_web_page_may_not_ask_what_it_calls_a_text() throws IOException {
        String page = "Origin: http://elsewhere.example\r\nContent-Type: text/plain\r\n";
        assertThat(askedRaw(page, chat("gpt-4", false)).status()).isEqualTo(403);
    }

    private static RawHttp.Answer askedRaw(String headers, String body) throws IOException {
        return RawHttp.exchange(
                gateway.adminPort(),
                "POST /ai/route/explain HTTP/1.1",
                "Host: localhost",
                headers + "Content-Length: " + body.length(),
                "",
                body);
    }

    @Test
    void when_nobody_would_be_called_the_clients_error_is_told() {
        Stream.of("a", "b", "d").forEach(provider -> gateway.operate(provider, "drain"));
        JsonNode json = explain(chat("gpt-4", false));
        Stream.of("a", "b", "d").forEach(provider -> gateway.operate(provider, "resume"));
        // Resuming has ended the cool-down of b, which the other tests look at.
        isFrom(gateway.chat(chat("gpt-4", false)), "a", 2);
        assertThat(json.path("first").isNull()).isTrue();
        assertThat(json.path("error").path("status").asInt()).isEqualTo(503);
        assertThat(keys(json.path("error"))).containsExactly("message", "type", "param", "code", "status");
    }
}
