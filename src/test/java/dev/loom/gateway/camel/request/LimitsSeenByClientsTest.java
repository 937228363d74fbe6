package dev.loom.gateway.camel.request;

import static dev.loom.gateway.testing.Answers.error;
import static dev.loom.gateway.testing.Answers.header;
import static dev.loom.gateway.testing.Answers.isFrom;
import static dev.loom.gateway.testing.TestGateway.chat;
import static dev.loom.gateway.testing.TestGateway.providers;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.Answers;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RawClient;
import dev.loom.gateway.testing.TestGateway;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A provider's own limits, its refusals, and drains, as clients see them. */
class LimitsSeenByClientsTest {

    private final FakeProvider a = FakeProvider.saying("from a");
    private final FakeProvider b = FakeProvider.saying("from b");

    @AfterEach
    void stop() {
        a.close();
        b.close();
    }

    /** The limit holds for a only. */
    private TestGateway start(String limit) {
        String limited = providers("rate_limit: {" + limit + "}", a);
        String free = providers("", b).replace("providers:\n", "").replace("name: a", "name: b");
        return TestGateway.start(limited + free);
    }

    private static HttpResponse<String> ask(TestGateway gateway) {
        return gateway.chat(chat("gpt-4", false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"requests_per_minute: 1", "tokens_per_minute: 12"})
    void a_limit_that_is_reached_sends_requests_to_the_next_provider(String limit) {
        try (TestGateway gateway = start(limit)) {
            isFrom(ask(gateway), "a", 1);
            HttpResponse<String> second = ask(gateway);
            isFrom(second, "b", 1);
            assertThat(a.requests()).hasSize(1);
            assertThat(gateway.get(gateway.adminUrl() + "/metrics").body())
                    .contains("loom_ai_rate_limited_total{limit=\"" + limit.replaceFirst(":.*", "")
                            + "\",provider=\"a\"} 1.0")
                    .contains("loom_ai_failovers_total{from=\"a\",reason=\"rate_limit\",to=\"b\"} 1.0");
        }
    }

    @Test
    void concurrent_requests_are_held_until_the_last_byte_of_a_stream() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        a.behave(call -> {
            call.startStream();
            call.content("first");
            assertThat(end.await(20, SECONDS)).isTrue();
            call.chunk("{}", "stop");
            call.done();
        });
        try (TestGateway gateway = start("concurrent_requests: 1");
                RawClient streaming = RawClient.post(gateway.port(), chat("gpt-4", true))) {
            streaming.head();
            assertThat(streaming.nextEvent()).contains("first");
            isFrom(ask(gateway), "b", 1);
            end.countDown();
            a.behave(call -> call.completion("from a"));
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> Answers.provider(ask(gateway))
                    .equals("a"));
        }
    }

    @Test
    void a_retry_after_for_our_own_limits_is_kept() {
        try (TestGateway gateway = TestGateway.start(providers("rate_limit: {requests_per_minute: 20}", a))) {
            for (int i = 0; i < 20; i++) {
                isFrom(ask(gateway), "a", 1);
            }
            HttpResponse<String> refused = Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .until(() -> ask(gateway), answer -> answer.statusCode() == 429);
            JsonNode attempts = error(refused, 429).path("attempts");
            assertThat(attempts).hasSize(1);
            JsonNode skip = attempts.get(0);
            assertThat(skip.path("skipped").asText()).isEqualTo("rate_limit");
            assertThat(skip.path("retry_in_ms").asLong()).isBetween(1L, 3_000L);
            int seconds = Integer.parseInt(header(refused, "Retry-After"));
            assertThat(seconds).as("one request in three seconds").isBetween(1, 3);
            HttpResponse<String> later = CompletableFuture.supplyAsync(
                            () -> ask(gateway), CompletableFuture.delayedExecutor(seconds, SECONDS))
                    .join();
            isFrom(later, "a", 1);
        }
    }

    @Test
    void with_everyone_rate_limited_the_soonest_recovery_is_told_and_nobody_is_called_before() {
        a.behave(call -> call.error(429, "requests", "rate_limit_exceeded", "Retry-After", "90"));
        b.behave(call -> call.error(429, "requests", "rate_limit_exceeded", "Retry-After", "30"));
        try (TestGateway gateway = TestGateway.over(a, b)) {
            HttpResponse<String> first = ask(gateway);
            error(first, 429);
            assertThat(header(first, "Retry-After")).isEqualTo("30");
            HttpResponse<String> second = ask(gateway);
            error(second, 429);
            assertThat(Integer.parseInt(header(second, "Retry-After"))).isBetween(25, 30);
            assertThat(header(second, "x-loom-attempts")).isEqualTo("0");
            assertThat(a.requests()).hasSize(1);
            assertThat(b.requests()).hasSize(1);
        }
    }

    @Test
    void what_a_provider_says_of_its_own_limits_is_heeded_before_it_refuses() {
        a.behave(call -> call.json(
                200,
                FakeProvider.Call.completionBody("from a"),
                "x-ratelimit-limit-requests",
                "1000",
                "x-ratelimit-remaining-requests",
                "3",
                "x-ratelimit-reset-requests",
                "60s"));
        try (TestGateway gateway = TestGateway.over(a, b)) {
            isFrom(ask(gateway), "a", 1);
            isFrom(ask(gateway), "b", 1);
        }
    }

    @Test
    void a_drained_provider_gets_nothing_until_it_is_resumed() {
        try (TestGateway gateway = TestGateway.over(a, b)) {
            JsonNode drained = gateway.operate("a", "drain");
            assertThat(drained.path("drained").asBoolean()).isTrue();
            isFrom(ask(gateway), "b", 1);
            gateway.operate("b", "drain");
            HttpResponse<String> nobody = ask(gateway);
            assertThat(error(nobody, 503).path("attempts").toString()).contains("\"skipped\":\"drained\"");
            assertThat(header(nobody, "Retry-After")).as("nobody knows").isEmpty();
            assertThat(gateway.operate("a", "resume").path("drained").asBoolean())
                    .isFalse();
            isFrom(ask(gateway), "a", 1);
            assertThat(a.requests()).hasSize(1);
        }
    }
}
