package dev.loom.gateway.routing;

import static dev.loom.gateway.provider.Outcome.CALLER_FAULT;
import static dev.loom.gateway.provider.Outcome.CONTEXT_LENGTH;
import static dev.loom.gateway.routing.Bench.failure;
import static dev.loom.gateway.routing.Bench.giveUp;
import static dev.loom.gateway.routing.Bench.rateLimited;
import static dev.loom.gateway.routing.Bench.unavailable;
import static dev.loom.gateway.routing.Providers.provider;
import static dev.loom.gateway.routing.Setup.strategy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.provider.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FallbackTest {

    private static Setup withFallback(boolean onError, boolean onRateLimit) {
        return strategy("priority")
                .with(
                        provider("a"),
                        provider("b").priority(2),
                        provider("local").priority(3))
                .routed("a", "b")
                .maxRetries(1)
                .fallback("local", onError, onRateLimit);
    }

    private static Plan allFail(Bench bench, Outcome outcome, int status) throws ModelNotServed {
        Plan plan = bench.plan();
        bench.call(plan, "a").failed(failure(outcome, status));
        bench.call(plan, "b").failed(failure(outcome, status));
        return plan;
    }

    @Test
    void after_the_attempts_it_gets_one_more_outside_the_retries() throws Exception {
        Bench bench = new Bench(withFallback(true, false));
        Plan plan = allFail(bench, Outcome.TRANSIENT, 503);
        bench.call(plan, "local").failed(unavailable());
        assertThat(plan.attempts()).isEqualTo(3);
        giveUp(plan);
        assertThat(bench.failovers).contains("b>local:error");
    }

    @Test
    void it_is_not_asked_after_errors_unless_it_is_for_errors() throws Exception {
        giveUp(allFail(new Bench(withFallback(false, true)), Outcome.TRANSIENT, 503));
    }

    @Test
    void it_is_asked_when_everyone_is_rate_limited_if_it_is_for_that() throws Exception {
        Bench bench = new Bench(withFallback(false, true));
        bench.call(allFail(bench, Outcome.RATE_LIMITED, 429), "local");

        assertThat(giveUp(allFail(new Bench(withFallback(true, false)), Outcome.RATE_LIMITED, 429))
                        .status())
                .isEqualTo(429);
    }

    @Test
    void skips_for_rate_limits_count_like_refusals() throws Exception {
        Bench bench = new Bench(withFallback(false, true));
        bench.traffic("a").coolDown().extend(Duration.ofSeconds(9), Outcome.RATE_LIMITED);
        Plan plan = bench.plan();
        bench.call(plan, "b").failed(rateLimited());
        bench.call(plan, "local");
    }

    @Test
    void one_refusal_among_errors_is_an_error() throws Exception {
        Bench bench = new Bench(withFallback(false, true));
        Plan plan = bench.plan();
        bench.call(plan, "a").failed(rateLimited());
        bench.call(plan, "b").failed(unavailable());
        giveUp(plan);
    }

    @Test
    void it_is_not_tried_twice() throws Exception {
        Bench bench = new Bench(strategy("priority")
                .with(provider("a"), provider("local").priority(2))
                .maxRetries(2)
                .fallback("local", true, true));
        Plan plan = bench.plan();
        bench.call(plan, "a").failed(unavailable());
        bench.call(plan, "local").failed(unavailable());
        bench.pause(plan);
        bench.openBreaker("local");
        bench.call(plan, "a").failed(unavailable());
        bench.traffic("local").breaker().transitionToClosedState();
        giveUp(plan);
    }

    @Test
    void after_it_nobody_else_is_asked_again() throws Exception {
        Bench bench = new Bench(strategy("priority")
                .with(provider("a"), provider("local"))
                .routed("a")
                .maxRetries(5)
                .deadline(Duration.ofSeconds(10))
                .fallback("local", true, true));
        Plan plan = bench.plan();
        bench.call(plan, "a").failed(failure(Outcome.TRANSIENT, 503, Duration.ofSeconds(11)));
        bench.call(plan, "local").failed(unavailable());
        giveUp(plan);
    }

    @Test
    void it_is_skipped_like_any_other() throws Exception {
        Bench bench = new Bench(withFallback(true, true));
        bench.openBreaker("local");
        Plan plan = allFail(bench, Outcome.TRANSIENT, 503);
        giveUp(plan);
        assertThat(plan.trail().get(2).skipped()).isEqualTo(SkipReason.CIRCUIT_OPEN);
    }

    @Test
    void a_fault_of_the_caller_never_reaches_it() throws Exception {
        Bench bench = new Bench(withFallback(true, true));
        Plan plan = bench.plan();
        bench.call(plan, "a").failed(failure(CALLER_FAULT, 400));
        assertThat(giveUp(plan).status()).isEqualTo(400);
    }

    @Test
    void too_long_a_prompt_reaches_it_only_if_it_sends_another_model() throws Exception {
        Bench bench = new Bench(withFallback(true, true));
        Plan same = bench.plan();
        bench.call(same, "a").failed(failure(CONTEXT_LENGTH, 400));
        assertThat(giveUp(same).status()).isEqualTo(400);

        Bench larger = new Bench(withFallback(true, true).mapping("m", "local", "m-32k"));
        Plan plan = larger.plan();
        larger.call(plan, "a").failed(failure(CONTEXT_LENGTH, 400));
        larger.call(plan, "local");
    }
}
