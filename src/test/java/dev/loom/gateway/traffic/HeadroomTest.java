package dev.loom.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HeadroomTest {

    private static final double SHARE = 0.02;

    private final ManualTime time = new ManualTime();
    private final Headroom headroom = new Headroom(time);

    @Test
    void without_a_report_there_is_room() {
        assertThat(headroom.low(SHARE)).isFalse();
        assertThat(headroom.remaining(SHARE)).isZero();
    }

    @Test
    void less_than_the_share_is_low_until_the_reset() {
        headroom.observe("requests", 19, 1_000, Duration.ofSeconds(6));
        assertThat(headroom.low(SHARE)).isTrue();
        assertThat(headroom.remaining(SHARE)).isEqualTo(Duration.ofSeconds(6));

        time.advance(Duration.ofSeconds(6));
        assertThat(headroom.low(SHARE)).isFalse();
    }

    @Test
    void exactly_the_share_is_not_low() {
        headroom.observe("requests", 20, 1_000, Duration.ofSeconds(6));

        assertThat(headroom.low(SHARE)).isFalse();
    }

    @Test
    void a_new_report_replaces_the_old_one_of_the_same_limit() {
        headroom.observe("requests", 0, 1_000, Duration.ofSeconds(6));
        headroom.observe("tokens", 0, 1_000, Duration.ofSeconds(2));
        headroom.observe("requests", 500, 1_000, Duration.ofSeconds(60));

        assertThat(headroom.remaining(SHARE)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void the_latest_reset_of_all_that_are_low_counts() {
        headroom.observe("requests", 0, 1_000, Duration.ofSeconds(6));
        headroom.observe("tokens", 0, 1_000, Duration.ofSeconds(9));
        headroom.observe("input-tokens", 900, 1_000, Duration.ofSeconds(99));

        assertThat(headroom.remaining(SHARE)).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void a_limit_of_nothing_says_nothing() {
        headroom.observe("requests", 0, 0, Duration.ofSeconds(6));

        assertThat(headroom.low(SHARE)).isFalse();
    }

    @Test
    void a_share_of_zero_switches_it_off() {
        headroom.observe("requests", 0, 1_000, Duration.ofSeconds(6));

        assertThat(headroom.low(0)).isFalse();
    }

    @Test
    void a_provider_is_spared_a_day_at_most() {
        headroom.observe("requests", 0, 1_000, Duration.ofDays(30));

        assertThat(headroom.remaining(SHARE)).isEqualTo(Duration.ofDays(1));
    }
}
