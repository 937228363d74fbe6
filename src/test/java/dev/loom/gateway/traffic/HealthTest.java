package dev.loom.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.FailoverConfig.Breaker;
import dev.loom.gateway.traffic.Health.Snapshot;
import dev.loom.gateway.traffic.Health.Status;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HealthTest {

    private static final Duration LATENCY = Duration.ofMillis(42);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final ManualTime time = new ManualTime();
    private final ConsecutiveFailureBreaker breaker =
            new ConsecutiveFailureBreaker("p", new Breaker(true, 1, 1, TIMEOUT), time);
    private final AtomicInteger recoveries = new AtomicInteger();
    private final Health active = new Health("p", true, breaker, time, recoveries::incrementAndGet);
    private final Health passive = new Health("p", false, breaker, time, recoveries::incrementAndGet);

    @Test
    void before_anything_is_heard_it_is_unknown_and_usable() {
        assertThat(active.snapshot()).isEqualTo(new Snapshot("p", Status.UNKNOWN, null, null, null));
        assertThat(active.usable()).isTrue();
        assertThat(passive.status()).isEqualTo(Status.UNKNOWN);
        assertThat(passive.usable()).isTrue();
    }

    @Test
    void a_good_check_makes_it_healthy() {
        active.checkSucceeded(LATENCY);

        assertThat(active.snapshot()).isEqualTo(new Snapshot("p", Status.HEALTHY, 42L, time.instant(), null));
        assertThat(recoveries).hasValue(0);
    }

    @Test
    void two_bad_checks_in_a_row_make_it_unhealthy() {
        active.checkSucceeded(LATENCY);
        active.checkFailed(LATENCY, "status 500");
        assertThat(active.status()).isEqualTo(Status.HEALTHY);
        assertThat(active.snapshot().error()).isEqualTo("status 500");

        active.checkFailed(LATENCY, "status 500");
        assertThat(active.status()).isEqualTo(Status.UNHEALTHY);
        assertThat(active.usable()).isFalse();
    }

    @Test
    void a_good_check_in_between_begins_the_count_again() {
        active.checkFailed(LATENCY, "status 500");
        active.checkSucceeded(LATENCY);
        active.checkFailed(LATENCY, "status 500");

        assertThat(active.status()).isEqualTo(Status.HEALTHY);
    }

    @Test
    void one_good_check_makes_it_healthy_again() {
        active.checkFailed(LATENCY, "refused");
        active.checkFailed(LATENCY, "refused");
        active.checkSucceeded(LATENCY);

        assertThat(active.status()).isEqualTo(Status.HEALTHY);
        assertThat(active.snapshot().error()).isNull();
        assertThat(recoveries).hasValue(1);
    }

    @Test
    void a_429_leaves_the_status_as_it_is() {
        active.checkRateLimited(LATENCY, "status 429");
        assertThat(active.status()).isEqualTo(Status.UNKNOWN);

        active.checkFailed(LATENCY, "refused");
        active.checkRateLimited(LATENCY, "status 429");
        active.checkFailed(LATENCY, "refused");
        active.checkRateLimited(LATENCY, "status 429");
        assertThat(active.status()).isEqualTo(Status.UNHEALTHY);
        assertThat(active.snapshot().lastCheck()).isEqualTo(time.instant());
    }

    @Test
    void with_checks_the_traffic_does_not_matter() {
        active.checkSucceeded(LATENCY);
        breaker.failure(breaker.epoch());
        active.answered(Duration.ofSeconds(9), "status 500");

        assertThat(active.snapshot().status()).isEqualTo(Status.HEALTHY);
        assertThat(active.snapshot().latencyMs()).isEqualTo(42);
    }

    @Test
    void without_checks_it_is_unhealthy_while_the_breaker_is_open() {
        passive.answered(LATENCY, null);
        assertThat(passive.status()).isEqualTo(Status.HEALTHY);

        breaker.failure(breaker.epoch());
        passive.answered(LATENCY, "status 500");
        assertThat(passive.snapshot())
                .isEqualTo(new Snapshot("p", Status.UNHEALTHY, 42L, time.instant(), "status 500"));

        time.advance(TIMEOUT);
        assertThat(passive.status()).as("still open, no probe yet").isEqualTo(Status.UNHEALTHY);
        breaker.acquirePermission();
        breaker.success(breaker.epoch());
        assertThat(passive.status()).isEqualTo(Status.HEALTHY);
    }

    @Test
    void without_checks_it_never_stands_in_the_way_of_a_probe() {
        breaker.failure(breaker.epoch());

        assertThat(passive.usable()).isTrue();
    }

    @Test
    void a_failed_attempt_alone_does_not_make_it_known() {
        passive.answered(LATENCY, "refused");

        assertThat(passive.status()).isEqualTo(Status.UNKNOWN);
        assertThat(passive.snapshot().error()).isEqualTo("refused");
    }
}
