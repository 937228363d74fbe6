package dev.loom.gateway.camel.observe;

import static dev.loom.gateway.testing.Answers.error;
import static dev.loom.gateway.testing.Answers.isFrom;
import static dev.loom.gateway.testing.TestGateway.chat;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawClient;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** After a known sequence of requests, {@code /metrics} says exactly what happened. */
class MetricsTest {

    private static final FakeProvider A = FakeProvider.saying("unused");
    private static final FakeProvider B = FakeProvider.saying("unused");
    private static final FakeProvider C = FakeProvider.saying("unused");
    private static final FakeProvider D = FakeProvider.saying("unused");

    /** Series of which the value depends on how fast this machine is. */
    private static final String TIMES = "_seconds(_sum|_max)?\\{.*";

    private static TestGateway gateway;
    private static Map<String, Double> metrics;

    @BeforeAll
    static void traffic() throws Exception {
        gateway = TestGateway.start(
                """
                providers:
                  - {name: a, type: openai, api_key: k, base_url: '%s', models: [gpt-4],
                     cost: {input_per_1k: 1, output_per_1k: 2, cached_per_1k: 0.5}}
                  - {name: b, type: openai, api_key: k, base_url: '%s', models: ['gpt-*']}
                  - {name: c, type: openai, api_key: k, base_url: '%s', models: [limited], rate_limit: {requests_per_minute: 1}}
                  - {name: d, type: openai, api_key: k, base_url: '%s', models: [limited]}
                model_mapping: {gpt-4: {b: gpt-4-mini}}
                routing: {failover: {max_retries: 1, circuit_breaker: {failure_threshold: 2, timeout: 1h}}}
                """
                        .formatted(A.url(), B.url(), C.url(), D.url()));
        successes();
        failovers();
        hangUp();
        limits();
        metrics = scrape();
    }

    private static void successes() {
        A.behave(call -> call.json(
                200,
                FakeProvider.Call.completionBody("x")
                        .replace(
                                "\"prompt_tokens\":5",
                                "\"prompt_tokens\":1000,\"prompt_tokens_details\":{\"cached_tokens\":400}")));
        B.behave(call -> call.completion("x"));
        isFrom(gateway.chat(chat("gpt-4", false)), "a", 1);
        isFrom(gateway.chat(chat("gpt-invented-by-a-client", false)), "b", 1);
        A.behave(call -> {
            call.startStream();
            call.content("x");
            call.chunk("{}", "stop");
            call.event(
                    "{\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[],"
                            + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":20,\"total_tokens\":30}}");
            call.done();
        });
        isFrom(gateway.chat(chat("gpt-4", true)), "a", 1);
    }

    /** Each way of getting from a to b that leaves a in service, and at the end the one that does not. */
    private static void failovers() {
        A.behave(call -> call.error(404, "invalid_request_error", "model_not_found"));
        isFrom(gateway.chat(chat("gpt-4", false)), "b", 2);
        A.behave(call -> call.error(400, "invalid_request_error", "invalid_value"));
        error(gateway.chat(chat("gpt-4", false)), 400);
        A.behave(FakeProvider.Call::cut);
        isFrom(gateway.chat(chat("gpt-4", false)), "b", 2);
        isFrom(gateway.chat(chat("gpt-4", false)), "b", 2);
        isFrom(gateway.chat(chat("gpt-4", false)), "b", 1);
    }

    private static void hangUp() throws IOException, InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        B.behave(call -> {
            call.startStream();
            call.content("x");
            call.awaitClosed(closed);
        });
        try (RawClient client = RawClient.post(gateway.port(), chat("gpt-3", true))) {
            client.head();
            client.nextEvent();
        }
        assertThat(closed.await(10, SECONDS)).isTrue();
        Awaitility.await().until(() -> gateway.stats("b").path("in_flight").asInt() == 0);
    }

    private static void limits() {
        C.behave(call -> call.completion("x"));
        D.behave(call -> call.error(429, "requests", "rate_limit_exceeded", "Retry-After", "600"));
        isFrom(gateway.chat(chat("limited", false)), "c", 1);
        error(gateway.chat(chat("limited", false)), 429);
    }

    private static Map<String, Double> scrape() {
        Map<String, Double> series = new TreeMap<>();
        gateway.get(gateway.adminUrl() + "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("loom_ai_"))
                .forEach(line -> {
                    int space = line.lastIndexOf(' ');
                    series.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
                });
        return series;
    }

    @AfterAll
    static void stop() {
        gateway.close();
        Stream.of(A, B, C, D).forEach(FakeProvider::close);
    }

    private static Map<String, Double> series(String name) {
        Map<String, Double> found = new TreeMap<>();
        metrics.forEach((series, value) -> {
            if (series.startsWith(name + "{")) {
                found.put(series.substring(name.length()), value);
            }
        });
        return found;
    }

    @Test
    void requests_are_attempts_by_their_end() {
        assertThat(series("loom_ai_requests_total"))
                .containsOnly(
                        entry("{model=\"gpt-4\",provider=\"a\",status=\"success\"}", 2.0),
                        entry("{model=\"gpt-4\",provider=\"a\",status=\"error\"}", 4.0),
                        entry("{model=\"gpt-4-mini\",provider=\"b\",status=\"success\"}", 4.0),
                        entry("{model=\"other\",provider=\"b\",status=\"success\"}", 1.0),
                        entry("{model=\"limited\",provider=\"c\",status=\"success\"}", 1.0),
                        entry("{model=\"limited\",provider=\"d\",status=\"error\"}", 1.0));
    }

    @Test
    void failovers_have_their_reasons() {
        assertThat(series("loom_ai_failovers_total"))
                .containsOnly(
                        entry("{from=\"a\",reason=\"model\",to=\"b\"}", 1.0),
                        entry("{from=\"a\",reason=\"error\",to=\"b\"}", 2.0),
                        entry("{from=\"a\",reason=\"circuit_open\",to=\"b\"}", 1.0),
                        entry("{from=\"c\",reason=\"rate_limit\",to=\"d\"}", 1.0));
    }

    @Test
    void tokens_and_costs_are_those_of_the_usage() {
        assertThat(series("loom_ai_tokens_total"))
                .contains(
                        entry("{model=\"gpt-4\",provider=\"a\",type=\"input\"}", 1010.0),
                        entry("{model=\"gpt-4\",provider=\"a\",type=\"output\"}", 27.0),
                        entry("{model=\"gpt-4\",provider=\"a\",type=\"cached\"}", 400.0),
                        entry("{model=\"gpt-4-mini\",provider=\"b\",type=\"input\"}", 20.0),
                        entry("{model=\"gpt-4-mini\",provider=\"b\",type=\"output\"}", 28.0),
                        entry("{model=\"gpt-4-mini\",provider=\"b\",type=\"cached\"}", 0.0),
                        entry("{model=\"limited\",provider=\"c\",type=\"output\"}", 7.0));
        // 600 x 1 + 400 x 0.5 + 7 x 2 and 10 x 1 + 20 x 2 thousandths.
        assertThat(series("loom_ai_cost_usd_total"))
                .containsEntry("{model=\"gpt-4\",provider=\"a\"}", 0.864)
                .containsEntry("{model=\"gpt-4-mini\",provider=\"b\"}", 0.0);
    }

    @Test
    void the_state_of_every_provider_is_shown() {
        assertThat(series("loom_ai_provider_health"))
                .containsOnly(
                        entry("{provider=\"a\"}", 0.0),
                        entry("{provider=\"b\"}", 1.0),
                        entry("{provider=\"c\"}", 1.0),
                        entry("{provider=\"d\"}", 1.0));
        assertThat(series("loom_ai_circuit_breaker_state"))
                .containsOnly(
                        entry("{provider=\"a\"}", 2.0),
                        entry("{provider=\"b\"}", 0.0),
                        entry("{provider=\"c\"}", 0.0),
                        entry("{provider=\"d\"}", 0.0));
        assertThat(series("loom_ai_inflight_requests")).hasSize(4).allSatisfy((series, value) -> assertThat(value)
                .isZero());
    }

    @Test
    void limits_and_hang_ups_are_counted() {
        assertThat(series("loom_ai_rate_limited_total"))
                .containsOnly(entry("{limit=\"requests_per_minute\",provider=\"c\"}", 1.0));
        assertThat(series("loom_ai_hangups_total")).containsOnly(entry("{provider=\"b\"}", 1.0));
    }

    @Test
    void times_have_three_quantiles_a_count_and_a_sum() {
        assertThat(series("loom_ai_provider_latency_seconds"))
                .containsKeys(
                        "{provider=\"a\",quantile=\"0.5\"}",
                        "{provider=\"a\",quantile=\"0.95\"}",
                        "{provider=\"a\",quantile=\"0.99\"}");
        assertThat(series("loom_ai_provider_latency_seconds_count")).containsEntry("{provider=\"a\"}", 6.0);
        assertThat(series("loom_ai_provider_latency_seconds_sum").get("{provider=\"a\"}"))
                .isBetween(0.0, 60.0);
        assertThat(series("loom_ai_time_to_first_token_seconds"))
                .containsKeys("{provider=\"a\",quantile=\"0.95\"}", "{provider=\"b\",quantile=\"0.5\"}");
        assertThat(series("loom_ai_time_to_first_token_seconds_count"))
                .containsEntry("{provider=\"a\"}", 1.0)
                .containsEntry("{provider=\"b\"}", 1.0);
    }

    @Test
    void there_are_no_others() {
        assertThat(metrics.keySet().stream()
                        .filter(series -> !series.matches(".*" + TIMES))
                        .map(series -> series.replaceFirst("\\{.*", "")))
                .containsOnly(
                        "loom_ai_requests_total",
                        "loom_ai_failovers_total",
                        "loom_ai_tokens_total",
                        "loom_ai_cost_usd_total",
                        "loom_ai_cost_total",
                        "loom_ai_provider_health",
                        "loom_ai_circuit_breaker_state",
                        "loom_ai_inflight_requests",
                        "loom_ai_rate_limited_total",
                        "loom_ai_hangups_total",
                        "loom_ai_finished_dropped_total",
                        "loom_ai_provider_latency_seconds_count",
                        "loom_ai_time_to_first_token_seconds_count");
        assertThat(metrics.toString()).doesNotContain("invented");
    }
}
