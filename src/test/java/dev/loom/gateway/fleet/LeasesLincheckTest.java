package dev.loom.gateway.fleet;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.traffic.Limits.Reservation;
import dev.loom.gateway.traffic.ManualTime;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Lincheck runs the books of one instance on several threads, its renewals among them, and looks for a result that no order of
 * the same operations would have. Its threads wait by spinning, which takes minutes on a busy machine: it runs with {@code
 * mvn test -Dtest=LeasesLincheckTest -Dloom.lincheck=30} alone, the number of sets of operations.
 */
@EnabledIfSystemProperty(named = "loom.lincheck", matches = "\\d+")
class LeasesLincheckTest {

    private static final int PERMITS = 2;
    private static final int ITERATIONS = Integer.getInteger("loom.lincheck", 5);

    /** What the books have to be like: a number. */
    public static final class Expected {

        private final AtomicInteger out = new AtomicInteger();

        public boolean take() {
            return out.getAndUpdate(n -> Math.min(PERMITS, n + 1)) < PERMITS;
        }

        public boolean giveBack() {
            return out.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
        }

        public void renew() {
            // Changes nothing.
        }
    }

    /** The books of one instance. */
    public static final class Books {

        private final ManualTime time = new ManualTime();
        private final ModelInstance instance =
                new ModelInstance("i", 1, new RateLimitConfig(null, null, PERMITS), new ModelStore(time), time);
        private final Queue<Reservation> held = new ConcurrentLinkedQueue<>();

        @Operation
        public boolean take() {
            if (instance.limits().reserve(1) instanceof Reservation reservation) {
                held.add(reservation);
                return true;
            }
            return false;
        }

        @Operation
        public boolean giveBack() {
            Reservation reservation = held.poll();
            if (reservation != null) {
                reservation.release();
            }
            return reservation != null;
        }

        @Operation
        public void renew() {
            instance.limits().renew();
        }
    }

    /** Looks whether there is a permit, and takes it afterwards. */
    public static final class BooksThatLookFirst {

        private volatile int out;

        @Operation
        public boolean take() {
            boolean free = out < PERMITS;
            Thread.yield();
            if (free) {
                out = out + 1;
            }
            return free;
        }

        @Operation
        public boolean giveBack() {
            boolean taken = out > 0;
            if (taken) {
                out = out - 1;
            }
            return taken;
        }

        @Operation
        public void renew() {
            // Changes nothing.
        }
    }

    private static StressOptions stress() {
        return new StressOptions()
                .iterations(ITERATIONS)
                .invocationsPerIteration(200)
                .threads(2)
                .actorsPerThread(4)
                .minimizeFailedScenario(false)
                .sequentialSpecification(Expected.class);
    }

    @Test
    void whatever_happens_at_once_permits_are_counted_as_one_after_the_other() {
        stress().check(Books.class);
    }

    @Test
    void books_that_are_wrong_would_be_found() {
        assertThatThrownBy(() -> stress().iterations(50).check(BooksThatLookFirst.class))
                .isInstanceOf(LincheckAssertionError.class);
    }
}
