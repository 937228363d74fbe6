package dev.loom.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class SlidingWindowTest {

    private static final Duration WINDOW = Duration.ofMinutes(5);

    private final ManualTime time = new ManualTime();
    private final SlidingWindow window = new SlidingWindow(WINDOW, time);

    @Test
    void an_empty_window_has_no_percentile() {
        assertThat(window.count()).isZero();
        assertThat(window.percentile(95)).isNaN();
        assertThat(window.mean()).isNaN();
    }

    @Test
    void percentiles_are_right_within_one_percent() {
        for (int value = 1; value <= 1_000; value++) {
            window.record(value);
        }
        for (int p : new int[] {1, 50, 95, 99, 100}) {
            assertThat(window.percentile(p)).isCloseTo(p * 10, Percentage.withPercentage(1));
        }
        assertThat(window.percentile(0)).isCloseTo(1, Percentage.withPercentage(1));
        assertThat(window.mean()).isEqualTo(500.5);
    }

    @Test
    void one_value_is_every_percentile() {
        window.record(0.05);

        assertThat(window.percentile(1)).isCloseTo(0.05, Percentage.withPercentage(1));
        assertThat(window.percentile(99)).isCloseTo(0.05, Percentage.withPercentage(1));
    }

    @Test
    void values_beyond_the_bounds_count_as_the_bounds() {
        window.record(0);
        window.record(1e12);

        assertThat(window.count()).isEqualTo(2);
        assertThat(window.percentile(1)).isCloseTo(0.001, Percentage.withPercentage(2));
        assertThat(window.percentile(99)).isCloseTo(1e7, Percentage.withPercentage(2));
    }

    @Test
    void a_value_counts_for_the_whole_window_and_little_longer() {
        window.record(10);
        time.advance(WINDOW);
        assertThat(window.count()).isEqualTo(1);

        time.advance(WINDOW.dividedBy(30));
        assertThat(window.count()).isZero();
        assertThat(window.percentile(50)).isNaN();
    }

    @Test
    void the_past_goes_slice_by_slice() {
        for (int second = 0; second < 600; second++) {
            window.record(second);
            time.advance(Duration.ofSeconds(1));
        }
        assertThat(window.count()).isBetween(300, 310);
        assertThat(window.percentile(0)).isCloseTo(295, within(6.0));
    }

    @Test
    void a_value_after_a_long_silence_stands_alone() {
        window.record(10);
        time.advance(Duration.ofDays(400));
        window.record(20);

        assertThat(window.count()).isEqualTo(1);
        assertThat(window.mean()).isEqualTo(20);
    }

    @Test
    void however_long_the_silence_nothing_is_left() {
        for (int slices = 31; slices < 100; slices++) {
            window.record(10);
            time.advance(WINDOW.dividedBy(30).multipliedBy(slices));

            assertThat(window.count()).as("after %d slices", slices).isZero();
        }
    }

    @Test
    void what_was_ever_recorded_is_never_forgotten() {
        window.record(10);
        time.advance(Duration.ofHours(1));
        window.record(20);

        assertThat(window.countSinceStart()).isEqualTo(2);
        assertThat(window.sumSinceStart()).isEqualTo(30);
    }

    @Test
    void it_agrees_with_a_window_that_keeps_every_value() {
        record Sample(int second, double value) {}
        Random random = new Random(7);
        Deque<Sample> kept = new ArrayDeque<>();
        for (int second = 0; second < 2_000; second++) {
            double value = Math.exp(random.nextGaussian() + 6);
            window.record(value);
            kept.addLast(new Sample(second, value));
            time.advance(Duration.ofSeconds(1));
            // The clock begins on the edge of a slice of ten seconds.
            int oldest = (second + 1) / 10 * 10 - 300;
            kept.removeIf(sample -> sample.second < oldest);
            double[] sorted = kept.stream().mapToDouble(Sample::value).sorted().toArray();
            assertThat(window.count()).isEqualTo(sorted.length);
            double exact = sorted[(int) Math.ceil(0.95 * sorted.length) - 1];
            assertThat(window.percentile(95)).isCloseTo(exact, Percentage.withPercentage(1));
            assertThat(window.mean()).isCloseTo(Arrays.stream(sorted).average().orElseThrow(), within(1e-6));
        }
    }

    @Test
    void nothing_is_lost_between_threads() throws Exception {
        Threads.together(8, thread -> () -> {
            for (int i = 0; i < 10_000; i++) {
                window.record(thread + 1);
                window.percentile(95);
            }
            return null;
        });
        assertThat(window.count()).isEqualTo(80_000);
    }
}
