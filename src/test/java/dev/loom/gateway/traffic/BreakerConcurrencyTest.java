package dev.loom.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.FailoverConfig.Breaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BreakerConcurrencyTest {

    private static final int THREADS = 16;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** A test of probes needs a breaker that does not close before it ends. */
    private static final int NEVER_CLOSES = Integer.MAX_VALUE;

    private final ManualTime time = new ManualTime();
    private final ConsecutiveFailureBreaker breaker =
            new ConsecutiveFailureBreaker("p", new Breaker(true, 1, NEVER_CLOSES, TIMEOUT), time);

    @Test
    void however_many_ask_one_probe_goes_out() throws Exception {
        for (int round = 0; round < 200; round++) {
            breaker.failure(breaker.epoch());
            time.advance(TIMEOUT);

            List<Boolean> admitted = Threads.together(THREADS, thread -> breaker::tryAcquirePermission);

            assertThat(Collections.frequency(admitted, true)).isEqualTo(1);
            assertThat(breaker.getState()).isEqualTo(State.HALF_OPEN);
        }
    }

    @Test
    void probes_follow_each_other_without_ever_overlapping() throws Exception {
        breaker.failure(breaker.epoch());
        time.advance(TIMEOUT);
        AtomicInteger inside = new AtomicInteger();

        List<Integer> overlaps = Threads.together(THREADS, thread -> () -> {
            int seen = 0;
            for (int i = 0; i < 2_000; i++) {
                if (breaker.tryAcquirePermission()) {
                    long epoch = breaker.epoch();
                    seen = Math.max(seen, inside.incrementAndGet());
                    inside.decrementAndGet();
                    breaker.release(epoch);
                }
            }
            return seen;
        });

        assertThat(Collections.max(overlaps)).isEqualTo(1);
        assertThat(breaker.admits()).isTrue();
    }

    @Test
    void no_failure_is_lost() throws Exception {
        ConsecutiveFailureBreaker counting =
                new ConsecutiveFailureBreaker("p", new Breaker(true, 1_000_000, 1, TIMEOUT), time);

        Threads.together(THREADS, thread -> () -> {
            for (int i = 0; i < 1_000; i++) {
                counting.failure(counting.epoch());
            }
            return null;
        });

        assertThat(counting.consecutiveFailures()).isEqualTo(THREADS * 1_000);
    }
}
