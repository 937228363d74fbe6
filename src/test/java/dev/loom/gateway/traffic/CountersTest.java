package dev.loom.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.CostConfig.Price;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.Usage;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class CountersTest {

    private final ManualTime time = new ManualTime();
    private final Counters counters = new Counters(time);

    @Test
    void errors_are_counted_by_class_and_hang_ups_apart() {
        counters.outcome(Outcome.SUCCESS);
        counters.outcome(Outcome.TRANSIENT);
        counters.outcome(Outcome.TRANSIENT);
        counters.outcome(Outcome.RATE_LIMITED);
        counters.outcome(Outcome.HANG_UP);

        Counters.Snapshot snapshot = counters.snapshot();
        assertThat(snapshot.successes()).isEqualTo(1);
        assertThat(snapshot.errors()).isEqualTo(Map.of(Outcome.TRANSIENT, 2L, Outcome.RATE_LIMITED, 1L));
        assertThat(snapshot.errorCount()).isEqualTo(3);
        assertThat(snapshot.hangUps()).isEqualTo(1);
    }

    @Test
    void an_attempt_is_in_flight_until_it_is_over() {
        counters.began();
        counters.began();
        assertThat(counters.inFlight()).isEqualTo(2);

        counters.ended();
        assertThat(counters.snapshot().inFlight()).isEqualTo(1);
        assertThat(counters.snapshot().requests()).isEqualTo(2);
    }

    @Test
    void cached_input_has_its_own_price() {
        counters.used(new Usage(1_000, 500, 400), new Price(0.01, 0.03, 0.005));

        assertThat(counters.snapshot().tokens()).isEqualTo(new Usage(1_000, 500, 400));
        assertThat(counters.snapshot().costUsd()).isEqualTo(0.023);
    }

    @Test
    void without_a_price_of_their_own_cached_tokens_cost_what_others_cost() {
        assertThat(Counters.costUsd(new Usage(1_000, 0, 400), new Price(0.01, 0.03, null)))
                .isEqualTo(0.01);
    }

    @Test
    void without_a_price_tokens_are_counted_and_cost_nothing() {
        counters.used(new Usage(10, 5, 0), null);

        assertThat(counters.snapshot().tokens()).isEqualTo(new Usage(10, 5, 0));
        assertThat(counters.snapshot().costUsd()).isZero();
    }

    @Test
    void small_amounts_add_up_exactly() {
        for (int i = 0; i < 1_000_000; i++) {
            counters.used(new Usage(1, 0, 0), new Price(0.0001, 0, null));
        }
        assertThat(counters.snapshot().costUsd()).isEqualTo(0.1);
    }

    @Test
    void latencies_are_those_of_the_last_five_minutes_in_milliseconds() {
        counters.took(Duration.ofSeconds(2));
        assertThat(counters.latency().percentile(50)).isCloseTo(2_000, Percentage.withPercentage(1));

        time.advance(Duration.ofMinutes(6));
        assertThat(counters.latency().count()).isZero();
    }

    @Test
    void nothing_is_lost_between_threads() throws Exception {
        Threads.together(8, thread -> () -> {
            for (int i = 0; i < 1_000; i++) {
                counters.began();
                counters.outcome(Outcome.SUCCESS);
                counters.ended();
            }
            return null;
        });
        assertThat(counters.snapshot().requests()).isEqualTo(8_000);
        assertThat(counters.snapshot().successes()).isEqualTo(8_000);
        assertThat(counters.inFlight()).isZero();
    }
}
