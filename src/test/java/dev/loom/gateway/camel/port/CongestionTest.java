package dev.loom.gateway.camel.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CongestionTest {

    private static final long STEP = Congestion.INTERVAL / 10;

    private final Congestion congestion = new Congestion();
    private long now = Long.MAX_VALUE - Congestion.INTERVAL / 2;

    private boolean waited(boolean tooLong) {
        now += STEP;
        return congestion.waited(now, tooLong);
    }

    private void isReached() {
        for (int i = 0; i <= 10; i++) {
            waited(true);
        }
        assertThat(congestion.isNow()).isTrue();
    }

    @Test
    void waits_that_are_too_long_for_the_whole_interval_are_congestion() {
        for (int i = 0; i < 10; i++) {
            assertThat(waited(true)).isFalse();
            assertThat(congestion.isNow()).as("after %d long waits", i + 1).isFalse();
        }
        assertThat(waited(true)).as("it is news").isTrue();
        assertThat(congestion.isNow()).isTrue();
        assertThat(waited(true)).as("it is known").isFalse();
    }

    @Test
    void a_pause_however_long_is_none() {
        waited(false);
        now += 50 * Congestion.INTERVAL;
        for (int i = 1; i < Congestion.FEWEST; i++) {
            waited(true);
            now += Congestion.INTERVAL;
            assertThat(congestion.isNow()).isFalse();
        }
        waited(false);
        waited(true);
        assertThat(congestion.isNow()).isFalse();
    }

    @Test
    void a_short_wait_ends_it_and_soon_after_it_one_long_wait_is_enough() {
        isReached();
        waited(false);
        assertThat(congestion.isNow()).isFalse();
        now += Congestion.MEMORY - 3 * STEP;
        assertThat(waited(true)).as("it is no news").isFalse();
        assertThat(congestion.isNow()).isTrue();
    }

    @Test
    void long_after_it_one_long_wait_is_a_pause_again() {
        isReached();
        waited(false);
        now += Congestion.MEMORY;
        waited(true);
        assertThat(congestion.isNow()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void of_waits_in_any_order_a_short_one_always_ends_it_and_long_ones_begin_it_only_together(long seed) {
        Random random = new Random(seed);
        int longOnes = 0;
        boolean ever = false;
        for (int i = 0; i < 100_000; i++) {
            boolean tooLong = random.nextInt(10) > 0;
            longOnes = tooLong ? longOnes + 1 : 0;
            waited(tooLong);
            ever |= congestion.isNow();
            if (congestion.isNow()) {
                assertThat(tooLong).isTrue();
            }
            if (longOnes > 10) {
                assertThat(congestion.isNow()).isTrue();
            }
        }
        assertThat(ever).isTrue();
    }
}
