package dev.loom.gateway.routing;

import static dev.loom.gateway.routing.Bench.giveUp;
import static dev.loom.gateway.routing.Bench.succeed;
import static dev.loom.gateway.routing.Bench.unavailable;
import static dev.loom.gateway.routing.Providers.provider;
import static dev.loom.gateway.routing.Setup.strategy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Outcome;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Who is not called, and why; and who is called although nothing speaks for it. */
class SkipTest {

    private static Bench two() {
        return new Bench(strategy("priority")
                .with(
                        provider("a").healthChecked(),
                        provider("b").healthChecked().priority(2)));
    }

    private static List<SkipReason> skipped(Plan plan) {
        return plan.trail().stream()
                .map(TrailEntry::skipped)
                .filter(Objects::nonNull)
                .toList();
    }

    private static void assertSkipped(Consumer<Bench> condition, SkipReason reason) throws ModelNotServed {
        Bench bench = two();
        condition.accept(bench);
        Plan plan = bench.plan();
        assertThat(plan.order()).extracting(Candidate::usable).containsExactly(false, true);
        bench.call(plan, "b");
        assertThat(skipped(plan)).containsExactly(reason);
        assertThat(plan.attempts()).isEqualTo(1);
    }

    @Test
    void a_candidate_is_skipped_for_each_of_these_reasons() throws Exception {
        assertSkipped(bench -> bench.traffic("a").drain(), SkipReason.DRAINED);
        assertSkipped(bench -> bench.makeUnhealthy("a"), SkipReason.UNHEALTHY);
        assertSkipped(bench -> bench.openBreaker("a"), SkipReason.CIRCUIT_OPEN);
        assertSkipped(bench -> bench.traffic("a").breaker().transitionToForcedOpenState(), SkipReason.DRAINED);
        assertSkipped(coolDown(Outcome.RATE_LIMITED), SkipReason.RATE_LIMIT);
        assertSkipped(coolDown(Outcome.QUOTA), SkipReason.QUOTA);
        assertSkipped(coolDown(Outcome.CREDENTIAL), SkipReason.CREDENTIAL);
        assertSkipped(
                bench -> bench.traffic("a").headroom().observe("requests", 1, 100, Duration.ofSeconds(9)),
                SkipReason.SPARED);
        assertSkipped(
                bench -> bench.traffic("a").headroom().observe("requests", 0, 100, Duration.ofSeconds(9)),
                SkipReason.RATE_LIMIT);
    }

    @Test
    void who_has_little_left_of_a_limit_is_tried_after_all_others_rather_than_not_at_all() throws Exception {
        Bench bench = two();
        bench.traffic("a").headroom().observe("requests", 1, 100, Duration.ofHours(6));
        Plan plan = bench.plan();
        bench.call(plan, "b").failed(unavailable());
        bench.call(plan, "a").completed(null);
    }

    @Test
    void who_has_nothing_left_of_a_limit_is_not_tried() throws Exception {
        Bench bench = new Bench(strategy("priority").with(provider("a")));
        bench.traffic("a").headroom().observe("requests", 0, 100, Duration.ofSeconds(9));
        FinalError error = giveUp(bench.plan());
        assertThat(error.status()).isEqualTo(429);
        assertThat(error.retryAfter()).isEqualTo(Duration.ofSeconds(9));
    }

    private static Consumer<Bench> coolDown(Outcome reason) {
        return bench -> bench.traffic("a").coolDown().extend(Duration.ofSeconds(9), reason);
    }

    @Test
    void weight_zero_is_a_drain() throws Exception {
        Bench bench = new Bench(
                strategy("priority").with(provider("a").weight(0), provider("b").priority(2)));
        Plan plan = bench.plan();
        bench.call(plan, "b");
        assertThat(skipped(plan)).containsExactly(SkipReason.DRAINED);
    }

    @Test
    void a_breaker_that_refuses_at_the_last_moment_is_a_skip_and_gives_everything_back() throws Exception {
        Bench bench = new Bench(strategy("priority")
                .with(provider("a").limits(10, 1000, 1), provider("b").priority(2)));
        Plan plan = bench.plan();
        Bench.attempt(plan);
        assertThat(bench.remaining("a", "concurrent_requests")).isZero();
        bench.call(plan, "b");
        assertThat(skipped(plan)).containsExactly(SkipReason.CIRCUIT_OPEN);
        assertThat(bench.traffic("a").limits().levels().values())
                .allSatisfy(level -> assertThat(level.remaining()).isEqualTo(level.limit()));
    }

    @Test
    void a_request_that_a_dialect_cannot_express_goes_on_without_using_up_an_attempt() throws Exception {
        Bench bench = two();
        Plan plan = bench.plan();
        Attempt attempt = Bench.attempt(plan);
        attempt.admitted();
        attempt.unsupported(ApiError.invalidRequest("No audio here", "messages[0]", null));
        bench.call(plan, "b").failed(unavailable());
        assertThat(skipped(plan)).containsExactly(SkipReason.UNSUPPORTED);
        assertThat(plan.attempts()).isEqualTo(1);
    }

    @Test
    void what_nobody_can_express_is_the_callers_fault() throws Exception {
        Bench bench = two();
        Plan plan = bench.plan();
        for (int i = 0; i < 2; i++) {
            Attempt attempt = Bench.attempt(plan);
            attempt.admitted();
            attempt.unsupported(ApiError.invalidRequest("No audio here", "messages[0]", null));
        }
        FinalError error = giveUp(plan);
        assertThat(error.status()).isEqualTo(400);
        assertThat(error.error().message()).isEqualTo("No audio here");
    }

    @Test
    void if_all_are_ill_the_soonest_to_recover_is_tried_once() throws Exception {
        Bench bench = two();
        bench.openBreaker("a");
        bench.time.advance(Duration.ofSeconds(20));
        bench.openBreaker("b");
        Plan plan = bench.plan();
        bench.call(plan, "a").failed(unavailable());
        assertThat(giveUp(plan).status()).isEqualTo(503);
        assertThat(bench.traffic("a").breaker().getState()).isEqualTo(State.OPEN);
    }

    @Test
    void the_one_that_is_tried_may_answer() throws Exception {
        Bench bench = two();
        bench.openBreaker("a");
        bench.makeUnhealthy("b");
        Plan plan = bench.plan();
        succeed(bench.call(plan, "b"));
        assertThat(skipped(plan)).containsExactly(SkipReason.CIRCUIT_OPEN, SkipReason.UNHEALTHY);
    }

    @Test
    void an_unhealthy_provider_with_a_closed_breaker_can_be_the_least_bad() throws Exception {
        Bench bench = new Bench(strategy("priority").with(provider("a").healthChecked()));
        bench.makeUnhealthy("a");
        Plan plan = bench.plan();
        bench.call(plan, "a").failed(unavailable());
        FinalError error = giveUp(plan);
        assertThat(error.retryAfter()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void while_one_request_probes_the_least_bad_another_does_not() throws Exception {
        Bench bench = new Bench(strategy("priority").with(provider("a")));
        bench.openBreaker("a");
        Attempt probe = bench.call(bench.plan(), "a");
        assertThat(giveUp(bench.plan()).status()).isEqualTo(503);
        succeed(probe);
        assertThat(bench.traffic("a").breaker().getState()).isEqualTo(State.HALF_OPEN);
        succeed(bench.call(bench.plan(), "a"));
        succeed(bench.call(bench.plan(), "a"));
        assertThat(bench.traffic("a").breaker().getState()).isEqualTo(State.CLOSED);
    }

    @Test
    void nobody_is_tried_if_one_was_spared_for_limits_a_cool_down_or_a_drain() throws Exception {
        for (Consumer<Bench> spared : List.<Consumer<Bench>>of(
                bench -> bench.traffic("a").drain(),
                coolDown(Outcome.RATE_LIMITED),
                coolDown(Outcome.CREDENTIAL),
                bench -> bench.traffic("a").headroom().observe("tokens", 0, 100, Duration.ofSeconds(9)))) {
            Bench bench = two();
            spared.accept(bench);
            bench.openBreaker("b");
            assertThat(giveUp(bench.plan()).status()).isEqualTo(503);
        }
    }

    @Test
    void who_cannot_express_the_request_does_not_keep_another_from_being_the_least_bad() throws Exception {
        Bench bench = two();
        bench.openBreaker("b");
        Plan plan = bench.plan();
        Attempt attempt = Bench.attempt(plan);
        attempt.admitted();
        attempt.unsupported(ApiError.invalidRequest("No audio here", "messages[0]", null));
        bench.call(plan, "b");
    }
}
