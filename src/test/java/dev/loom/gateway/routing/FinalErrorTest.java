package dev.loom.gateway.routing;

import static dev.loom.gateway.provider.Outcome.CREDENTIAL;
import static dev.loom.gateway.provider.Outcome.MODEL_GONE;
import static dev.loom.gateway.provider.Outcome.QUOTA;
import static dev.loom.gateway.provider.Outcome.RATE_LIMITED;
import static dev.loom.gateway.provider.Outcome.TRANSIENT;
import static dev.loom.gateway.routing.Bench.failure;
import static dev.loom.gateway.routing.Bench.giveUp;
import static dev.loom.gateway.routing.Providers.provider;
import static dev.loom.gateway.routing.Setup.strategy;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the client is told when nobody answered. */
class FinalErrorTest {

    private final Bench bench =
            new Bench(strategy("priority").with(provider("a"), provider("b").priority(2)));

    private FinalError after(Failure first, Failure second) throws ModelNotServed {
        Plan plan = bench.plan();
        bench.call(plan, "a").failed(first);
        bench.call(plan, "b").failed(second);
        Step step = plan.next();
        while (step instanceof Step.Pause pause) {
            bench.time.advance(pause.duration());
            bench.call(plan).failed(second);
            step = plan.next();
        }
        return ((Step.GiveUp) step).error();
    }

    @Test
    void everyone_rate_limited_is_a_429_with_the_soonest_recovery() throws Exception {
        FinalError error = after(
                failure(RATE_LIMITED, 429, Duration.ofSeconds(30)), failure(RATE_LIMITED, 429, Duration.ofSeconds(12)));
        assertThat(error.status()).isEqualTo(429);
        assertThat(error.retryAfter()).isEqualTo(Duration.ofSeconds(12));
        assertThat(error.error().type()).isEqualTo("rate_limit_error");
        assertThat(error.mustNotRetry()).isFalse();
    }

    @Test
    void who_is_drained_has_no_say() throws Exception {
        bench.traffic("a").drain();
        Plan plan = bench.plan();
        bench.call(plan, "b").failed(failure(RATE_LIMITED, 429, Duration.ofSeconds(12)));
        FinalError error = giveUp(plan);
        assertThat(error.status()).isEqualTo(429);
        assertThat(error.retryAfter()).isEqualTo(Duration.ofSeconds(12));
    }

    @Test
    void everyone_drained_is_a_503_without_a_promise() throws Exception {
        bench.traffic("a").drain();
        bench.traffic("b").drain();
        FinalError error = giveUp(bench.plan());
        assertThat(error.status()).isEqualTo(503);
        assertThat(error.retryAfter()).isNull();
    }

    @Test
    void a_model_gone_everywhere_is_a_404() throws Exception {
        FinalError error = after(failure(MODEL_GONE, 404), failure(MODEL_GONE, 404));
        assertThat(error.status()).isEqualTo(404);
        assertThat(error.error().code()).isEqualTo("model_not_found");
        assertThat(error.retryAfter()).isNull();
    }

    @Test
    void accounts_refused_everywhere_are_a_502_that_must_not_be_retried() throws Exception {
        FinalError error = after(failure(CREDENTIAL, 401), failure(QUOTA, 402));
        assertThat(error.status()).isEqualTo(502);
        assertThat(error.mustNotRetry()).isTrue();
        assertThat(giveUp(bench.plan()).status()).isEqualTo(502);
    }

    @Test
    void what_each_provider_said_of_a_rate_limit_stands_in_the_message() throws Exception {
        assertThat(after(failure(RATE_LIMITED, 429, "Slow\ndown."), failure(RATE_LIMITED, 429, ""))
                        .error()
                        .message())
                .isEqualTo("Every provider of this model is rate limited. Tried in order:"
                        + " a: rate_limited (Slow down.), b: rate_limited.");
    }

    @Test
    void what_each_provider_said_of_a_model_that_is_gone_stands_in_the_message() throws Exception {
        assertThat(after(failure(MODEL_GONE, 404, "No m here"), failure(MODEL_GONE, 404, "Gone"))
                        .error()
                        .message())
                .endsWith("a: model_gone (No m here), b: model_gone (Gone).");
    }

    @Test
    void what_each_provider_said_of_the_account_stands_in_the_message() throws Exception {
        assertThat(after(failure(CREDENTIAL, 401, "Incorrect key: ***"), failure(QUOTA, 402, "x".repeat(1000)))
                        .error()
                        .message())
                .contains("a: credential (Incorrect key: ***), b: quota (xxx")
                .endsWith("xxx...).")
                .hasSizeLessThan(500);
    }

    @Test
    void a_deadline_is_a_504_that_must_not_be_retried() throws Exception {
        Plan plan = bench.plan();
        Attempt attempt = bench.call(plan, "a");
        bench.time.advance(Duration.ofMinutes(2));
        attempt.failed(Failure.timedOut("too late"));
        FinalError error = giveUp(plan);
        assertThat(error.status()).isEqualTo(504);
        assertThat(error.mustNotRetry()).isTrue();
    }

    @Test
    void all_else_is_a_503() throws Exception {
        FinalError error = after(failure(MODEL_GONE, 404), failure(RATE_LIMITED, 429, Duration.ofSeconds(40)));
        assertThat(error.status()).isEqualTo(503);
        assertThat(error.retryAfter()).isEqualTo(Duration.ofSeconds(40));
        assertThat(error.mustNotRetry()).isFalse();
    }

    @Test
    void a_provider_that_is_merely_failing_may_be_asked_in_a_second() throws Exception {
        assertThat(after(failure(TRANSIENT, 503), failure(TRANSIENT, 500)).retryAfter())
                .isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void a_rest_is_told_with_its_length() throws Exception {
        bench.traffic("a").coolDown().extend(Duration.ofMinutes(30), CREDENTIAL);
        bench.traffic("b").coolDown().extend(Duration.ofSeconds(7), RATE_LIMITED);
        bench.time.advance(Duration.ofSeconds(1));
        assertThat(giveUp(bench.plan()).error().message())
                .endsWith("Tried in order: a: skipped (credential, for another 30 minutes),"
                        + " b: skipped (rate_limit, for another 6 seconds).");
    }

    private FinalError threeAttempts(Failure again) throws ModelNotServed {
        Plan plan = bench.plan();
        bench.call(plan, "a").failed(failure(TRANSIENT, 503, "No room."));
        bench.call(plan, "b").failed(failure(TRANSIENT, 503, "No room."));
        bench.pause(plan);
        bench.call(plan, "a").failed(again);
        return giveUp(plan);
    }

    @Test
    void a_provider_that_fails_again_for_the_same_reason_is_told_once_with_the_number() throws Exception {
        FinalError error = threeAttempts(failure(TRANSIENT, 503, "No room."));
        assertThat(error.error().message())
                .endsWith("Tried in order: a: 2 times transient (No room.), b: transient (No room.).");
        assertThat(error.attempts()).hasSize(3);
    }

    @Test
    void another_reason_of_the_same_provider_is_told_too() throws Exception {
        assertThat(threeAttempts(failure(TRANSIENT, 500, "Broken.")).error().message())
                .endsWith("a: transient (No room.), b: transient (No room.), a: transient (Broken.).");
    }

    @Test
    void the_body_tells_the_story_in_openais_shape() throws Exception {
        bench.openBreaker("a");
        Plan plan = bench.plan();
        Attempt attempt = bench.call(plan, "b");
        bench.time.advance(Duration.ofMillis(42));
        attempt.failed(failure(RATE_LIMITED, 429));
        JsonNode error = Json.MAPPER.readTree(giveUp(plan).toBody()).path("error");
        assertThat(error.path("type").textValue()).isEqualTo("server_error");
        assertThat(error.path("message").textValue())
                .isEqualTo(
                        "No provider could answer. Tried in order: a: skipped (circuit_open, for another 60 seconds),"
                                + " b: rate_limited (The provider says 429).");
        assertThat(error.path("attempts"))
                .isEqualTo(Json.MAPPER.readTree(
                        """
                        [{"provider":"a","model":"m","skipped":"circuit_open","retry_in_ms":60000},
                         {"provider":"b","model":"m","class":"rate_limited","status":429,"ms":42,"request_id":"req-1"}]
                        """
                                .getBytes(StandardCharsets.UTF_8)));
    }
}
