package dev.loom.gateway.routing;

import static dev.loom.gateway.provider.Outcome.CREDENTIAL;
import static dev.loom.gateway.provider.Outcome.TRANSIENT;
import static dev.loom.gateway.routing.Bench.failure;
import static dev.loom.gateway.routing.Bench.giveUp;
import static dev.loom.gateway.routing.Bench.rateLimited;
import static dev.loom.gateway.routing.Bench.unavailable;
import static dev.loom.gateway.routing.Providers.provider;
import static dev.loom.gateway.routing.Setup.strategy;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** How often, in which order and after which pauses candidates are tried. */
class RoundsTest {

    private static Setup two() {
        return strategy("priority").with(provider("a"), provider("b").priority(2));
    }

    @Test
    void one_attempt_and_the_retries_each_at_the_next_candidate() throws Exception {
        Bench bench =
                new Bench(two().with(provider("c").priority(3), provider("d").priority(4)));
        Plan plan = bench.plan();
        bench.call(plan, "a").failed(unavailable());
        bench.call(plan, "b").failed(unavailable());
        bench.call(plan, "c").failed(unavailable());
        assertThat(giveUp(plan).status()).isEqualTo(503);
        assertThat(plan.attempts()).isEqualTo(3);
    }

    @Test
    void no_retries_means_one_attempt() throws Exception {
        Bench bench = new Bench(two().maxRetries(0));
        Plan plan = bench.plan();
        bench.call(plan, "a").failed(unavailable());
        giveUp(plan);
    }

    @Test
    void failover_off_means_one_attempt_and_no_fallback() throws Exception {
        Bench bench = new Bench(two().noFailover().fallback("b", true, true));
        Plan plan = bench.plan();
        bench.call(plan, "a").failed(unavailable());
        assertThat(giveUp(plan).status()).isEqualTo(503);
    }

    @Test
    void failover_off_still_lets_the_breaker_choose_the_candidate() throws Exception {
        Bench bench = new Bench(two().noFailover());
        bench.openBreaker("a");
        bench.call(bench.plan(), "b");
    }

    @Test
    void the_order_starts_again_after_a_back_off() throws Exception {
        Bench bench = new Bench(two().maxRetries(3));
        Plan plan = bench.plan();
        bench.call(plan, "a").failed(unavailable());
        bench.call(plan, "b").failed(unavailable());
        assertThat(bench.pause(plan)).isLessThanOrEqualTo(Duration.ofMillis(250));
        bench.call(plan, "a").failed(unavailable());
        bench.call(plan, "b").failed(unavailable());
        giveUp(plan);
    }

    @Test
    void back_offs_double_up_to_four_seconds() {
        RandomGenerator longest = new Random() {
            @Override
            public double nextDouble() {
                return Math.nextDown(1.0);
            }
        };
        BackOff backOff = new BackOff(longest);
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            millis.add(backOff.next().plusNanos(1).toMillis());
        }
        assertThat(millis).containsExactly(250L, 500L, 1000L, 2000L, 4000L, 4000L, 4000L);
    }

    @Test
    void the_jitter_is_full() {
        Random random = new Random(7);
        double mean = random.ints(10_000)
                .mapToLong(ignored -> new BackOff(random).next().toNanos())
                .average()
                .orElseThrow();
        assertThat(mean / 1e6).isBetween(122.0, 128.0);
    }

    @Test
    void a_provider_is_not_asked_again_before_its_retry_after() throws Exception {
        Bench bench = new Bench(strategy("priority").with(provider("a")));
        Plan plan = bench.plan();
        bench.call(plan, "a").failed(failure(TRANSIENT, 503, Duration.ofSeconds(7)));
        assertThat(bench.pause(plan)).isEqualTo(Duration.ofSeconds(7));
        bench.call(plan, "a");
    }

    @Test
    void meanwhile_the_others_are_asked() throws Exception {
        Bench bench = new Bench(two().maxRetries(4));
        Plan plan = bench.plan();
        bench.call(plan, "a").failed(failure(TRANSIENT, 503, Duration.ofSeconds(7)));
        bench.call(plan, "b").failed(unavailable());
        assertThat(bench.pause(plan)).isLessThanOrEqualTo(Duration.ofMillis(250));
        bench.call(plan, "b").failed(unavailable());
    }

    @Test
    void nobody_waits_past_the_deadline() throws Exception {
        Bench bench = new Bench(strategy("priority").with(provider("a")).deadline(Duration.ofSeconds(5)));
        Plan plan = bench.plan();
        bench.call(plan, "a").failed(failure(TRANSIENT, 503, Duration.ofSeconds(7)));
        FinalError error = giveUp(plan);
        assertThat(error.status()).isEqualTo(503);
        assertThat(error.retryAfter()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void an_endless_retry_after_is_a_day() throws Exception {
        Bench bench = new Bench(strategy("priority").with(provider("a")));
        Plan plan = bench.plan();
        bench.call(plan, "a").failed(failure(TRANSIENT, 503, Duration.ofSeconds(Long.MAX_VALUE)));
        assertThat(giveUp(plan).retryAfter()).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void after_the_deadline_nothing_is_tried() throws Exception {
        Bench bench = new Bench(two().deadline(Duration.ofSeconds(5)).fallback("b", true, true));
        Plan plan = bench.plan();
        Attempt attempt = bench.call(plan, "a");
        assertThat(plan.remaining()).isEqualTo(Duration.ofSeconds(5));
        bench.time.advance(Duration.ofSeconds(6));
        assertThat(plan.remaining()).isZero();
        attempt.failed(unavailable());
        assertThat(giveUp(plan).status()).isEqualTo(504);
    }

    @Test
    void whose_only_hope_lies_behind_a_cool_down_is_answered_at_once() throws Exception {
        Bench bench = new Bench(two());
        Plan plan = bench.plan();
        bench.call(plan, "a").failed(rateLimited());
        bench.call(plan, "b").failed(failure(CREDENTIAL, 401));
        assertThat(giveUp(plan).status()).isEqualTo(503);
        assertThat(plan.attempts()).isEqualTo(2);
    }

    @Test
    void another_round_is_for_those_who_failed_in_passing() throws Exception {
        Bench bench = new Bench(two());
        Plan plan = bench.plan();
        bench.call(plan, "a").failed(rateLimited());
        bench.call(plan, "b").failed(unavailable());
        bench.pause(plan);
        bench.call(plan, "b");
    }

    @Test
    void a_breaker_that_opens_during_the_pause_ends_it_all() throws Exception {
        Bench bench = new Bench(strategy("priority").with(provider("a")));
        Plan plan = bench.plan();
        bench.call(plan, "a").failed(unavailable());
        bench.pause(plan);
        bench.openBreaker("a");
        FinalError error = giveUp(plan);
        assertThat(error.status()).isEqualTo(503);
        assertThat(error.retryAfter()).isEqualTo(Duration.ofSeconds(1)); // it is the least bad then
    }

    @Test
    void failures_before_the_call_use_up_attempts_too() throws Exception {
        Bench bench = new Bench(strategy("priority").with(provider("a")));
        Plan plan = bench.plan();
        for (int i = 0; i < 3; i++) {
            if (i > 0) {
                bench.pause(plan);
            }
            Attempt attempt = Bench.attempt(plan);
            attempt.admitted();
            attempt.failed(unavailable());
        }
        giveUp(plan);
        assertThat(bench.traffic("a").counters().inFlight()).isZero();
    }

    @Test
    void every_call_and_skip_before_a_call_is_a_failover() throws Exception {
        Bench bench =
                new Bench(two().with(provider("c").priority(3), provider("d").priority(4)));
        bench.openBreaker("b");
        bench.traffic("c").drain();
        Plan plan = bench.plan();
        bench.call(plan, "a").failed(rateLimited());
        bench.call(plan, "d").failed(unavailable());
        bench.pause(plan);
        bench.call(plan, "d");
        assertThat(bench.failovers)
                .containsExactly("b>d:circuit_open", "a>d:rate_limit", "b>d:circuit_open", "a>d:rate_limit");
    }
}
