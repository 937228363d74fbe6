package dev.loom.gateway.camel.admin;

import static dev.loom.gateway.testing.Answers.error;
import static dev.loom.gateway.testing.Answers.header;
import static dev.loom.gateway.testing.Answers.isFrom;
import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JSON of the admin port after known traffic: every key, in its order, and what it counts. */
class AdminViewsTest {

    private static final FakeProvider A = FakeProvider.saying("from a");
    private static final FakeProvider B = FakeProvider.saying("from b");
    private static TestGateway gateway;

    @BeforeAll
    static void traffic() {
        gateway = TestGateway.start(
                """
                providers:
                  - {name: a, type: openai, api_key: sk-a-secret, base_url: '%s', models: [gpt-4, gpt-4-mini],
                     cost: {input_per_1k: 1, output_per_1k: 2},
                     rate_limit: {requests_per_minute: 100, tokens_per_minute: 60000, concurrent_requests: 7}}
                  - {name: b, type: azure, api_key: sk-b-secret, base_url: '%s', deployments: {gpt-4: dep-4}}
                """
                        .formatted(A.url(), B.url()));
        isFrom(gateway.chat(chat("gpt-4", false)), "a", 1);
        isFrom(gateway.chat(chat("gpt-4", true)), "a", 1);
        A.behave(call -> call.error(500, "server_error", "x"));
        isFrom(gateway.chat(chat("gpt-4", false)), "b", 2);
        A.behave(call -> call.error(429, "requests", "rate_limit_exceeded", "Retry-After", "600"));
        isFrom(gateway.chat(chat("gpt-4", false)), "b", 2);
        isFrom(gateway.chat(chat("gpt-4", false)), "b", 1);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        A.close();
        B.close();
    }

    private static List<String> keys(JsonNode object) {
        List<String> keys = new ArrayList<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    @Test
    void the_list_has_every_provider_with_its_sums() {
        JsonNode body = gateway.admin("/ai/providers");
        assertThat(keys(body)).containsExactly("providers");
        assertThat(body.path("providers")).hasSize(2).allSatisfy(provider -> assertThat(keys(provider))
                .containsExactly(
                        "name",
                        "type",
                        "status",
                        "models",
                        "requests",
                        "errors",
                        "tokens_in",
                        "tokens_out",
                        "avg_latency_ms",
                        "circuit_breaker",
                        "in_flight"));
        JsonNode a = body.path("providers").path(0);
        assertThat(a.toString().replaceFirst("\"avg_latency_ms\":[0-9.]+", "\"avg_latency_ms\":1"))
                .matches(
                        "\\{\"name\":\"a\",\"type\":\"openai\",\"status\":\"healthy\",\"models\":\\[\"gpt-4\",\"gpt-4-mini\"],"
                                + "\"requests\":4,\"errors\":2,\"tokens_in\":\\d+,\"tokens_out\":9,\"avg_latency_ms\":1,"
                                + "\"circuit_breaker\":\"closed\",\"in_flight\":0}");
        assertThat(body.path("providers").path(1).path("models").toString()).isEqualTo("[\"gpt-4\"]");
        assertThat(gateway.admin("/ai/providers/a")).isEqualTo(a);
    }

    @Test
    void the_statistics_have_every_key_in_order() {
        JsonNode stats = gateway.stats("a");
        assertThat(keys(stats))
                .containsExactly(
                        "name",
                        "requests",
                        "successes",
                        "errors",
                        "tokens",
                        "cost_usd",
                        "latency_ms",
                        "time_to_first_token_ms",
                        "in_flight",
                        "circuit_breaker",
                        "cooldown_until",
                        "limits");
        assertThat(keys(stats.path("tokens"))).containsExactly("input", "output", "cached");
        assertThat(keys(stats.path("latency_ms"))).containsExactly("avg", "p50", "p95", "p99");
        assertThat(keys(stats.path("time_to_first_token_ms"))).containsExactly("p50", "p95");
        assertThat(keys(stats.path("circuit_breaker"))).containsExactly("state", "consecutive_failures", "until");
        assertThat(keys(stats.path("limits")))
                .containsExactly("requests_per_minute", "tokens_per_minute", "concurrent_requests");
        assertThat(stats.path("limits"))
                .allSatisfy(limit -> assertThat(keys(limit)).containsExactly("limit", "remaining"));
    }

    @Test
    void the_statistics_count_attempts_at_this_provider() {
        JsonNode stats = gateway.stats("a");
        assertThat(stats.path("requests").asInt()).isEqualTo(4);
        assertThat(stats.path("successes").asInt()).isEqualTo(2);
        assertThat(stats.path("errors").toString()).isEqualTo("{\"transient\":1,\"rate_limited\":1}");
        int input = stats.path("tokens").path("input").asInt();
        // The whole answer reports 5 and 7; the stream reports nothing, so that what was sent and received stands.
        assertThat(input).isGreaterThan(5);
        assertThat(stats.path("tokens").path("output").asInt()).isEqualTo(9);
        assertThat(stats.path("cost_usd").asDouble()).isEqualTo((input + 18) / 1000.0);
        assertThat(stats.path("in_flight").asInt()).isZero();
        assertThat(Instant.parse(stats.path("cooldown_until").asText())).isAfter(Instant.now());
        assertThat(stats.path("limits").path("concurrent_requests").toString())
                .isEqualTo("{\"limit\":7,\"remaining\":7}");
        assertThat(stats.path("limits")
                        .path("requests_per_minute")
                        .path("remaining")
                        .asInt())
                .isBetween(96, 100);
    }

    @Test
    void what_was_never_measured_is_null() {
        JsonNode stats = gateway.stats("b");
        assertThat(stats.path("time_to_first_token_ms").toString()).isEqualTo("{\"p50\":null,\"p95\":null}");
        assertThat(stats.path("cooldown_until").isNull()).isTrue();
        assertThat(stats.path("limits").toString()).isEqualTo("{}");
        assertThat(stats.path("errors").toString()).isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/health", "/stats"})
    void an_unknown_provider_is_404(String view) {
        HttpResponse<String> response = gateway.get(gateway.adminUrl() + "/ai/providers/nobody" + view);
        assertThat(error(response, 404).path("message").asText()).contains("'nobody'", "a, b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ai/providers", "/ai/providers/a/stats", "/ai/config", "/metrics"})
    void no_view_shows_a_key(String view) {
        assertThat(gateway.get(gateway.adminUrl() + view).body()).doesNotContain("secret");
    }

    @Test
    void answers_tell_who_gave_them() {
        HttpResponse<String> response = gateway.chat(chat("gpt-4", true), "x-request-id", "mine-1");
        isFrom(response, "b", 1);
        assertThat(header(response, "x-loom-model")).isEqualTo("dep-4");
        assertThat(header(response, "x-request-id")).isEqualTo("mine-1");
        assertThat(header(gateway.chat(chat("gpt-4", false), "x-request-id", "not allowed!"), "x-request-id"))
                .startsWith("req_");
    }
}
