package dev.loom.gateway.camel.admin;

import static dev.loom.gateway.testing.TestGateway.chat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.Answers;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.TestGateway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An operator who knows better ends what a provider was left alone for. */
class ResetTest {

    private static boolean rests(TestGateway gateway) {
        return !gateway.stats("a").path("cooldown_until").isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"resume", "reset"})
    void a_cool_down_can_be_ended_by_hand(String action) {
        try (FakeProvider a = FakeProvider.failing(401, "x", "invalid_api_key");
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway = TestGateway.over(a, b)) {
            Answers.isFrom(gateway.chat(chat("gpt-4", false)), "b", 2);
            assertThat(rests(gateway)).isTrue();
            a.behave(call -> call.completion("from a"));
            Answers.isFrom(gateway.chat(chat("gpt-4", false)), "b", 1);

            gateway.operate("a", action);

            assertThat(rests(gateway)).isFalse();
            Answers.isFrom(gateway.chat(chat("gpt-4", false)), "a", 1);
        }
    }

    @Test
    void a_reset_closes_the_breaker_and_says_so() {
        try (FakeProvider a = FakeProvider.failing(500, "x", "x");
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway = TestGateway.start(TestGateway.providers("", a, b)
                        + "routing: {failover: {circuit_breaker: {failure_threshold: 1}}}\n")) {
            gateway.chat(chat("gpt-4", false));
            assertThat(gateway.stats("a").at("/circuit_breaker/state").asText()).isEqualTo("open");
            a.behave(call -> call.completion("from a"));

            JsonNode answer = gateway.operate("a", "reset");

            assertThat(answer.path("circuit_breaker").asText()).isEqualTo("closed");
            Answers.isFrom(gateway.chat(chat("gpt-4", false)), "a", 1);
        }
    }

    @Test
    void a_reset_forgets_what_a_providers_headers_said_of_its_limits() {
        try (FakeProvider a = new FakeProvider(call -> call.json(
                        200,
                        FakeProvider.Call.completionBody("from a"),
                        "x-ratelimit-limit-requests",
                        "100",
                        "x-ratelimit-remaining-requests",
                        "0",
                        "x-ratelimit-reset-requests",
                        "1h"));
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway = TestGateway.over(a, b)) {
            Answers.isFrom(gateway.chat(chat("gpt-4", false)), "a", 1);
            Answers.isFrom(gateway.chat(chat("gpt-4", false)), "b", 1);

            gateway.operate("a", "reset");

            Answers.isFrom(gateway.chat(chat("gpt-4", false)), "a", 1);
        }
    }

    @Test
    void a_drained_provider_stays_drained_after_a_reset() {
        try (FakeProvider a = FakeProvider.saying("from a");
                FakeProvider b = FakeProvider.saying("from b");
                TestGateway gateway = TestGateway.over(a, b)) {
            gateway.operate("a", "drain");
            assertThat(gateway.operate("a", "reset").path("drained").asBoolean())
                    .isTrue();
            Answers.isFrom(gateway.chat(chat("gpt-4", false)), "b", 1);
        }
    }

    @Test
    void a_provider_that_sends_retry_after_0_may_be_called_at_once() {
        try (FakeProvider a = new FakeProvider(
                        call -> call.error(429, "requests", "rate_limit_exceeded", "Retry-After", "0"));
                TestGateway gateway = TestGateway.over(a)) {
            assertThat(gateway.chat(chat("gpt-4", false)).statusCode()).isEqualTo(429);
            assertThat(a.requests()).hasSize(3);
            assertThat(rests(gateway)).isFalse();
        }
    }
}
