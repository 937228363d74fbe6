package dev.loom.gateway.camel.observe;

import static dev.loom.gateway.testing.Answers.error;
import static dev.loom.gateway.testing.Answers.isFrom;
import static dev.loom.gateway.testing.TestGateway.chat;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawClient;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Everything by which an operator watches the gateway, one line each, with what it says after known traffic. */
class ObservabilityTest {

    private static final FakeProvider OPENAI = FakeProvider.saying("unused");
    private static final FakeProvider ANTHROPIC = FakeProvider.saying("fine");
    private static final FakeProvider LOCAL = FakeProvider.saying("fine");

    private static TestGateway gateway;
    private static List<String> metrics;

    @BeforeAll
    static void traffic() throws Exception {
        gateway = TestGateway.start(
                """
                providers:
                  - {name: openai, type: openai, api_key: k, base_url: '%s', models: [gpt-4], cost: {input_per_1k: 1, output_per_1k: 2}}
                  - {name: anthropic, type: openai, api_key: k, base_url: '%s', models: [claude-3]}
                  - {name: local, type: openai, api_key: k, base_url: '%s', models: [llama], rate_limit: {requests_per_minute: 1}}
                model_mapping: {gpt-4: {anthropic: claude-3}}
                routing: {failover: {circuit_breaker: {failure_threshold: 1, timeout: 1h}}}
                """
                        .formatted(OPENAI.url(), ANTHROPIC.url(), LOCAL.url()));
        answers();
        failovers();
        hangUp();
        isFrom(gateway.chat(chat("llama", false)), "local", 1);
        error(gateway.chat(chat("llama", false)), 429);
        // Camel counts an exchange only after its answer has gone out.
        Awaitility.await().until(() -> {
            metrics =
                    gateway.get(gateway.adminUrl() + "/metrics").body().lines().toList();
            return metrics.stream()
                    .anyMatch(line -> line.matches("camel_exchanges_total.*loom-chat-completions.* 7.0"));
        });
    }

    private static void answers() {
        OPENAI.behave(call -> call.completion("x"));
        isFrom(gateway.chat(chat("gpt-4", false)), "openai", 1);
        OPENAI.behave(call -> {
            call.startStream();
            call.content("x");
            call.chunk("{}", "stop");
            call.event(
                    "{\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[],"
                            + "\"usage\":{\"prompt_tokens\":15,\"completion_tokens\":3,\"prompt_tokens_details\":{\"cached_tokens\":4}}}");
            call.done();
        });
        isFrom(gateway.chat(chat("gpt-4", true)), "openai", 1);
    }

    /** The first for a reason that goes away with the request, the second for one that stays. */
    private static void failovers() {
        OPENAI.behave(call -> call.error(404, "invalid_request_error", "model_not_found"));
        isFrom(gateway.chat(chat("gpt-4", false)), "anthropic", 2);
        OPENAI.behave(call -> call.error(429, "requests", "rate_limit_exceeded", "Retry-After", "600"));
        isFrom(gateway.chat(chat("gpt-4", false)), "anthropic", 2);
    }

    private static void hangUp() throws IOException, InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        ANTHROPIC.behave(call -> {
            call.startStream();
            call.content("x");
            call.awaitClosed(closed);
        });
        try (RawClient client = RawClient.post(gateway.port(), chat("claude-3", true))) {
            client.head();
            client.nextEvent();
        }
        assertThat(closed.await(10, SECONDS)).isTrue();
        Awaitility.await()
                .until(() -> gateway.stats("anthropic").path("in_flight").asInt() == 0
                        && gateway.admin("/ai/requests").path("requests").size() == 5);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        Stream.of(OPENAI, ANTHROPIC, LOCAL).forEach(FakeProvider::close);
    }

    // ---- metrics ----

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            loom_ai_requests_total                      | model="gpt-4",provider="openai",status="success"     | 2
            loom_ai_requests_total                      | model="gpt-4",provider="openai",status="error"       | 2
            loom_ai_requests_total                      | model="claude-3",provider="anthropic",status="success" | 2
            loom_ai_failovers_total                     | from="openai",reason="model",to="anthropic"          | 1
            loom_ai_failovers_total                     | from="openai",reason="rate_limit",to="anthropic"     | 1
            loom_ai_provider_latency_seconds_count      | provider="openai"                                    | 4
            loom_ai_time_to_first_token_seconds_count   | provider="openai"                                    | 1
            loom_ai_time_to_first_token_seconds_count   | provider="anthropic"                                 | 1
            loom_ai_provider_health                     | provider="openai"                                    | 1
            loom_ai_provider_health                     | provider="local"                                     | 1
            loom_ai_tokens_total                        | model="gpt-4",provider="openai",type="input"         | 20
            loom_ai_tokens_total                        | model="gpt-4",provider="openai",type="output"        | 10
            loom_ai_tokens_total                        | model="gpt-4",provider="openai",type="cached"        | 4
            loom_ai_cost_usd_total                      | model="gpt-4",provider="openai"                      | 0.04
            loom_ai_inflight_requests                   | provider="openai"                                    | 0
            loom_ai_circuit_breaker_state               | provider="openai"                                    | 0
            loom_ai_rate_limited_total                  | limit="requests_per_minute",provider="local"         | 1
            loom_ai_hangups_total                       | provider="anthropic"                                 | 1
            """)
    void a_metric_has_its_name_its_labels_and_its_value(String name, String labels, double value) {
        assertThat(value(name + "{" + labels + "} ")).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({"0.5", "0.95", "0.99"})
    void the_times_have_quantiles(String quantile) {
        for (String name : List.of("loom_ai_provider_latency_seconds", "loom_ai_time_to_first_token_seconds")) {
            assertThat(value(name + "{provider=\"openai\",quantile=\"" + quantile + "\"} "))
                    .isBetween(0.0, 60.0);
            assertThat(value(name + "_sum{provider=\"openai\"} ")).isBetween(0.0, 60.0);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "loom_ai_requests_total, counter",
        "loom_ai_failovers_total, counter",
        "loom_ai_provider_latency_seconds, summary",
        "loom_ai_provider_health, gauge",
        "loom_ai_tokens_total, counter",
        "loom_ai_cost_usd_total, counter",
        "loom_ai_time_to_first_token_seconds, summary",
        "loom_ai_inflight_requests, gauge",
        "loom_ai_circuit_breaker_state, gauge",
        "loom_ai_rate_limited_total, counter",
        "loom_ai_hangups_total, counter"
    })
    void a_metric_tells_what_it_is(String name, String type) {
        assertThat(metrics).contains("# TYPE " + name + " " + type);
        assertThat(metrics).anyMatch(line -> line.matches("# HELP " + name + " .{8,}"));
    }

    @ParameterizedTest
    @CsvSource({
        "camel_exchanges_total, loom-chat-completions, 7",
        "camel_exchanges_total, loom-provider-openai, 4",
        "camel_route_policy_seconds_count, loom-chat-completions, 7"
    })
    void camel_s_own_metrics_of_the_routes_stand_beside_them(String name, String route, double value) {
        assertThat(metrics.stream()
                        .filter(line -> line.startsWith(name + "{") && line.contains("routeId=\"" + route + "\""))
                        .map(line -> Double.valueOf(line.substring(line.lastIndexOf(' ')))))
                .containsExactly(value);
    }

    private static double value(String series) {
        List<String> found =
                metrics.stream().filter(line -> line.startsWith(series)).toList();
        assertThat(found).as(series).hasSize(1);
        return Double.parseDouble(found.get(0).substring(series.length()));
    }

    // ---- endpoints ----

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            textBlock =
                    """
            GET  | /ai/providers                               | /providers/0/name           | openai
            GET  | /ai/providers                               | /providers/2/models/0       | llama
            GET  | /ai/providers/openai                        | /requests                   | 4
            GET  | /ai/providers/openai                        | /errors                     | 2
            GET  | /ai/providers/openai                        | /tokens_in                  | 20
            GET  | /ai/providers/openai                        | /circuit_breaker            | closed
            GET  | /ai/providers/openai/health                 | /name                       | openai
            GET  | /ai/providers/anthropic/health              | /status                     | healthy
            GET  | /ai/providers/anthropic/health              | /error                      | null
            GET  | /ai/providers/openai/stats                  | /successes                  | 2
            GET  | /ai/providers/openai/stats                  | /errors/rate_limited        | 1
            GET  | /ai/providers/openai/stats                  | /errors/model_gone          | 1
            GET  | /ai/providers/openai/stats                  | /tokens/cached              | 4
            GET  | /ai/providers/openai/stats                  | /cost_usd                   | 0.04
            GET  | /ai/providers/openai/stats                  | /circuit_breaker/state      | closed
            GET  | /ai/providers/openai/stats                  | /circuit_breaker/until      | null
            GET  | /ai/providers/local/stats                   | /limits/requests_per_minute/limit | 1
            POST | /ai/providers/local/drain                   | /drained                    | true
            POST | /ai/providers/local/resume                  | /drained                    | false
            POST | /ai/providers/openai/circuit-breaker/reset  | /circuit_breaker            | closed
            POST | /ai/providers/anthropic/reset               | /circuit_breaker            | closed
            GET  | /ai/config                                  | /providers/0/api_key        | ***
            GET  | /ai/config                                  | /providers/0/models/0       | gpt-4
            GET  | /ai/requests                                | /requests/0/status          | 429
            GET  | /ai/requests                                | /requests/0/attempts/0/skipped | rate_limit
            GET  | /ai/requests                                | /requests/2/status          | null
            GET  | /ai/requests                                | /requests/3/attempts/0/class | rate_limited
            GET  | /ai/requests                                | /requests/3/attempts/0/status | 429
            GET  | /ai/requests                                | /requests/3/attempts/1/provider | anthropic
            GET  | /ai/requests                                | /requests/3/attempts/1/status | 200
            GET  | /ai/requests                                | /requests/5/tokens/input    | 15
            GET  | /health                                     | /status                     | UP
            GET  | /ready                                      | /status                     | ready
            GET  | /live                                       | /status                     | up
            """)
    void an_endpoint_says_what_has_happened(String method, String path, String pointer, String value) {
        HttpResponse<String> answer = gateway.send(HttpRequest.newBuilder(URI.create(gateway.adminUrl() + path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode found =
                Json.lenient(answer.body().getBytes(StandardCharsets.UTF_8)).at(pointer);
        assertThat(found.getNodeType()).as(answer.body()).isNotEqualTo(JsonNodeType.MISSING);
        assertThat(found.isNull() ? null : found.asText()).isEqualTo(value);
    }

    @Test
    void times_are_iso_8601_in_utc() {
        String utc = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z";
        assertThat(gateway.admin("/ai/providers/openai/health")
                        .path("last_check")
                        .asText())
                .matches(utc);
        assertThat(gateway.stats("openai").path("cooldown_until").asText()).matches(utc);
        assertThat(gateway.admin("/ai/requests").at("/requests/0/time").asText())
                .matches(utc);
    }
}
