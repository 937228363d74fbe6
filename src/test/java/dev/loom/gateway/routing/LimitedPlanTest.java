package dev.loom.gateway.routing;

import static dev.loom.gateway.routing.Bench.giveUp;
import static dev.loom.gateway.routing.Bench.unavailable;
import static dev.loom.gateway.routing.Providers.provider;
import static dev.loom.gateway.routing.Setup.strategy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.provider.Usage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a request takes of a provider's limits, and what goes back. */
class LimitedPlanTest {

    private final Bench bench = new Bench(strategy("priority")
            .with(provider("a").limits(10, 2000, 1), provider("b").priority(2)));

    private long remaining(String limit) {
        return bench.remaining("a", limit);
    }

    /** The prompt's estimate and the 500 tokens that are expected of an unknown model. */
    private static long reserved(Plan plan) {
        return plan.request().inputTokens() + 500;
    }

    @Test
    void an_attempt_takes_everything_together() throws Exception {
        Plan plan = bench.plan();
        bench.call(plan, "a");
        assertThat(remaining("requests_per_minute")).isEqualTo(9);
        assertThat(remaining("tokens_per_minute")).isEqualTo(2000 - reserved(plan));
        assertThat(remaining("concurrent_requests")).isZero();
    }

    @Test
    void a_refused_candidate_is_skipped_for_its_rate_limit_and_nothing_is_taken() throws Exception {
        bench.call(bench.plan(), "a");
        long tokens = remaining("tokens_per_minute");
        Plan plan = bench.plan();
        bench.call(plan, "b");
        assertThat(plan.trail().get(0).skipped()).isEqualTo(SkipReason.RATE_LIMIT);
        assertThat(bench.failovers).containsExactly("a>b:rate_limit");
        assertThat(bench.refusals).containsExactly("a:concurrent_requests");
        assertThat(remaining("tokens_per_minute")).isEqualTo(tokens);
    }

    @Test
    void usage_settles_the_estimate_and_the_last_byte_gives_the_permit_back() throws Exception {
        Attempt attempt = bench.call(bench.plan(), "a");
        attempt.committed();
        assertThat(remaining("concurrent_requests")).isZero();
        attempt.completed(new Usage(10, 20, 0));
        assertThat(remaining("concurrent_requests")).isEqualTo(1);
        assertThat(remaining("tokens_per_minute")).isEqualTo(1970);
    }

    @Test
    void without_usage_the_estimate_stands() throws Exception {
        Plan plan = bench.plan();
        Attempt attempt = bench.call(plan, "a");
        attempt.committed();
        attempt.completed(null);
        assertThat(remaining("tokens_per_minute")).isEqualTo(2000 - reserved(plan));
        assertThat(remaining("concurrent_requests")).isEqualTo(1);
    }

    @Test
    void a_failure_costs_a_request_but_no_tokens() throws Exception {
        bench.call(bench.plan(), "a").failed(unavailable());
        assertThat(remaining("requests_per_minute")).isEqualTo(9);
        assertThat(remaining("tokens_per_minute")).isEqualTo(2000);
        assertThat(remaining("concurrent_requests")).isEqualTo(1);
    }

    @Test
    void a_hang_up_is_charged_what_was_seen() throws Exception {
        Attempt attempt = bench.call(bench.plan(), "a");
        attempt.committed();
        attempt.hungUp(new Usage(7, 3, 0));
        assertThat(remaining("tokens_per_minute")).isEqualTo(1990);
        assertThat(remaining("concurrent_requests")).isEqualTo(1);
    }

    @Test
    void closing_the_plan_gives_back_what_was_never_used() throws Exception {
        Plan plan = bench.plan();
        Bench.attempt(plan);
        plan.close();
        assertThat(remaining("requests_per_minute")).isEqualTo(10);
        assertThat(remaining("concurrent_requests")).isEqualTo(1);
    }

    @Test
    void closing_the_plan_ends_a_call_that_was_left_hanging() throws Exception {
        bench.openBreaker("a");
        bench.time.advance(Duration.ofMinutes(1));
        Plan plan = bench.plan();
        bench.call(plan, "a");
        plan.close();
        assertThat(remaining("concurrent_requests")).isEqualTo(1);
        assertThat(bench.traffic("a").counters().inFlight()).isZero();
        assertThat(bench.traffic("a").breaker().admits()).isTrue();
    }

    @Test
    void everyone_out_of_limits_is_a_429_with_the_time_until_there_is_room() throws Exception {
        Bench small = new Bench(strategy("priority").with(provider("a").limits(1, null, null)));
        small.call(small.plan(), "a");
        FinalError error = giveUp(small.plan());
        assertThat(error.status()).isEqualTo(429);
        assertThat(error.retryAfter()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void the_client_may_bound_what_is_expected() throws Exception {
        Plan plan = bench.planner.plan(Bench.chat("m", ",\"max_tokens\":50"));
        bench.call(plan, "a");
        assertThat(remaining("tokens_per_minute"))
                .isEqualTo(2000 - plan.request().inputTokens() - 50);
    }
}
