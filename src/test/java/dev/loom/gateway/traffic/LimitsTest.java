package dev.loom.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.traffic.Limits.Level;
import dev.loom.gateway.traffic.Limits.Refusal;
import dev.loom.gateway.traffic.Limits.Reservation;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LimitsTest {

    private final ManualTime time = new ManualTime();

    @Test
    void without_limits_everything_passes() {
        Limits limits = new LocalLimits(RateLimitConfig.NONE, time);
        for (int i = 0; i < 1_000; i++) {
            assertThat(limits.reserve(Long.MAX_VALUE)).isInstanceOf(Reservation.class);
        }
        assertThat(limits.levels()).isEmpty();
    }

    @Test
    void a_bucket_is_full_at_the_start_and_refills_continuously() {
        Limits limits = requests(60);
        take(limits, 60);
        assertThat(limits.reserve(0)).isEqualTo(new Refusal("requests_per_minute", Duration.ofSeconds(1)));

        time.advance(Duration.ofMillis(400));
        assertThat(limits.check(0)).isEqualTo(new Refusal("requests_per_minute", Duration.ofMillis(600)));

        time.advance(Duration.ofMillis(600));
        take(limits, 1);
        assertThat(limits.check(0)).isNotNull();
    }

    @Test
    void a_bucket_never_holds_more_than_a_minute() {
        Limits limits = requests(60);
        time.advance(Duration.ofHours(100_000));
        take(limits, 60);

        assertThat(limits.check(0)).isNotNull();
    }

    @Test
    void the_time_told_is_the_time_it_takes_to_the_microsecond() {
        Limits limits = tokens(7);
        reserve(limits, 7);
        Duration wait = refusal(limits, 3).retryIn();
        assertThat(wait).isEqualTo(Duration.ofNanos(25_714_286_000L));

        time.advance(wait.minusNanos(1));
        assertThat(limits.check(3)).isNotNull();

        time.advance(Duration.ofNanos(1));
        assertThat(limits.check(3)).isNull();
    }

    @Test
    void nothing_drifts_however_often_it_is_refilled() {
        Limits limits = tokens(7);
        reserve(limits, 7);
        for (int i = 0; i < 100_000; i++) {
            time.advance(Duration.ofNanos(599_999));
            reserve(limits, 0);
        }
        time.advance(Duration.ofNanos(99_999));
        assertThat(limits.check(7)).isNotNull();

        time.advance(Duration.ofNanos(1));
        assertThat(limits.check(7)).as("a minute has passed").isNull();
    }

    @Test
    void the_hundred_and_first_token_does_not_pass() {
        Limits limits = tokens(100);
        reserve(limits, 60);
        reserve(limits, 40);

        assertThat(refusal(limits, 1).limit()).isEqualTo("tokens_per_minute");
    }

    @Test
    void checking_takes_nothing() {
        Limits limits = tokens(100);
        assertThat(limits.check(100)).isNull();
        assertThat(limits.check(100)).isNull();

        reserve(limits, 100);
    }

    @Test
    void all_limits_are_taken_together_or_not_at_all() {
        Limits limits = new LocalLimits(new RateLimitConfig(10, 100, 1), time);
        reserve(limits, 50);
        assertThat(limits.reserve(60)).isInstanceOf(Refusal.class);
        assertThat(limits.reserve(10)).isEqualTo(new Refusal("concurrent_requests", Duration.ZERO));

        assertThat(limits.levels())
                .containsEntry("requests_per_minute", new Level(10, 9))
                .containsEntry("tokens_per_minute", new Level(100, 50))
                .containsEntry("concurrent_requests", new Level(1, 0));
    }

    @Test
    void the_limit_that_takes_longest_is_told() {
        Limits limits = new LocalLimits(new RateLimitConfig(1, 100, null), time);
        reserve(limits, 100);

        assertThat(refusal(limits, 50)).isEqualTo(new Refusal("requests_per_minute", Duration.ofSeconds(60)));
        time.advance(Duration.ofSeconds(60));
        reserve(limits, 0).settle(200);
        time.advance(Duration.ofSeconds(30));
        assertThat(refusal(limits, 100)).isEqualTo(new Refusal("tokens_per_minute", Duration.ofSeconds(90)));
    }

    @Test
    void settling_gives_back_what_was_not_used() {
        Limits limits = tokens(100);
        reserve(limits, 80).settle(30);

        assertThat(remaining(limits)).isEqualTo(70);
    }

    @Test
    void settling_takes_what_was_used_beyond_and_may_fall_below_zero() {
        Limits limits = tokens(100);
        reserve(limits, 80).settle(250);

        assertThat(remaining(limits)).isEqualTo(-150);
        assertThat(refusal(limits, 0).retryIn()).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void a_request_larger_than_the_bucket_passes_a_full_one_and_empties_it() {
        Limits limits = tokens(100);
        Reservation large = reserve(limits, 500);
        assertThat(remaining(limits)).isZero();

        large.settle(480);
        assertThat(remaining(limits)).isZero();
        time.advance(Duration.ofSeconds(60));
        reserve(limits, 101).settle(30);
        assertThat(remaining(limits)).isEqualTo(70);
        assertThat(limits.check(101)).as("the bucket is not full").isNotNull();
    }

    @Test
    void a_permit_is_held_until_it_is_released() {
        Limits limits = concurrent(1);
        Reservation reservation = reserve(limits, 10);
        reservation.settle(10);
        assertThat(limits.check(0)).isNotNull();

        reservation.release();
        assertThat(limits.check(0)).isNull();
    }

    @Test
    void nothing_goes_back_twice() {
        Limits limits = new LocalLimits(new RateLimitConfig(10, 100, 2), time);
        Reservation other = reserve(limits, 0);
        Reservation reservation = reserve(limits, 50);
        reservation.settle(20);
        reservation.settle(0);
        reservation.release();
        reservation.release();
        reservation.cancel();

        assertThat(remaining(limits)).isEqualTo(80);
        assertThat(limits.levels())
                .containsEntry("requests_per_minute", new Level(10, 8))
                .containsEntry("concurrent_requests", new Level(2, 1));
        other.cancel();
    }

    @Test
    void cancelling_gives_everything_back() {
        Limits limits = new LocalLimits(new RateLimitConfig(10, 100, 1), time);
        var untouched = limits.levels();
        Reservation reservation = reserve(limits, 500);
        reservation.cancel();
        reservation.cancel();
        reservation.settle(70);

        assertThat(limits.levels()).isEqualTo(untouched);
    }

    @Test
    void what_comes_back_late_does_not_overfill_the_bucket() {
        Limits limits = tokens(100);
        Reservation reservation = reserve(limits, 100);
        time.advance(Duration.ofSeconds(45));
        reservation.settle(10);

        assertThat(remaining(limits)).isEqualTo(100);
    }

    @Test
    void a_senseless_usage_does_not_break_the_arithmetic() {
        Limits limits = tokens(100);
        for (int i = 0; i < 20; i++) {
            time.advance(Duration.ofDays(100_000));
            reserve(limits, 1).settle(Long.MAX_VALUE);
        }
        assertThat(remaining(limits)).isNegative();
        assertThat(refusal(limits, 100).retryIn()).isPositive();
    }

    @Test
    void the_largest_figures_work() {
        Limits limits = tokens(Integer.MAX_VALUE);
        reserve(limits, Integer.MAX_VALUE);
        assertThat(refusal(limits, Integer.MAX_VALUE).retryIn()).isEqualTo(Duration.ofMinutes(1));
        time.advance(Duration.ofMinutes(1));
        reserve(limits, Long.MAX_VALUE);
    }

    @Test
    void new_limits_keep_what_is_in_use() {
        Limits limits = new LocalLimits(new RateLimitConfig(10, 100, 5), time);
        Reservation reservation = reserve(limits, 80);
        limits.reconfigure(new RateLimitConfig(20, 200, 1));
        assertThat(limits.levels())
                .containsEntry("requests_per_minute", new Level(20, 19))
                .containsEntry("tokens_per_minute", new Level(200, 120))
                .containsEntry("concurrent_requests", new Level(1, 0));

        reservation.cancel();
        limits.reconfigure(RateLimitConfig.NONE);
        assertThat(limits.levels()).isEmpty();
        reserve(limits, 1_000);
        limits.reconfigure(new RateLimitConfig(1, 1, 2));
        reserve(limits, 1);
    }

    private Limits requests(int perMinute) {
        return new LocalLimits(new RateLimitConfig(perMinute, null, null), time);
    }

    private Limits tokens(int perMinute) {
        return new LocalLimits(new RateLimitConfig(null, perMinute, null), time);
    }

    private Limits concurrent(int permits) {
        return new LocalLimits(new RateLimitConfig(null, null, permits), time);
    }

    private static void take(Limits limits, int times) {
        for (int i = 0; i < times; i++) {
            reserve(limits, 0);
        }
    }

    private static Reservation reserve(Limits limits, long tokens) {
        Limits.Decision decision = limits.reserve(tokens);
        assertThat(decision).isInstanceOf(Reservation.class);
        return (Reservation) decision;
    }

    private static Refusal refusal(Limits limits, long tokens) {
        Limits.Decision decision = limits.reserve(tokens);
        assertThat(decision).isInstanceOf(Refusal.class);
        return (Refusal) decision;
    }

    static long remaining(Limits limits) {
        return Objects.requireNonNull(limits.levels().get("tokens_per_minute")).remaining();
    }
}
