package dev.loom.gateway.fleet;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.traffic.Limits;
import dev.loom.gateway.traffic.Limits.Reservation;
import dev.loom.gateway.traffic.LocalLimits;
import dev.loom.gateway.traffic.ManualTime;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * Lincheck runs the books of permits on two threads, their renewals among them, through many orders of their steps, and looks
 * for a result that no order of whole operations would have. Each thread gives back what it has itself taken: with a common
 * heap of permits, that heap would be under test, too. {@code -Dloom.lincheck=500} looks at so many sets of operations.
 */
class LeasesLincheckTest {

    private static final int PERMITS = 2;
    private static final int THREADS = 2;
    private static final int SCENARIOS = Integer.getInteger("loom.lincheck", 3);

    /** Orders of the steps of one set of operations. */
    private static final int ORDERS = 40;

    /** What the books have to be like: how many each thread has. Lincheck numbers what comes before and after them, too. */
    public static final class Expected {

        private final int[] held = new int[THREADS + 2];

        public boolean take(int thread) {
            boolean free = out() < PERMITS;
            held[thread] += free ? 1 : 0;
            return free;
        }

        public boolean giveBack(int thread) {
            boolean taken = held[thread] > 0;
            held[thread] -= taken ? 1 : 0;
            return taken;
        }

        public void renew() {
            // Changes nothing.
        }

        public int out() {
            return Arrays.stream(held).sum();
        }
    }

    /** Books, and what each thread has taken out of them. */
    public abstract static class Books {

        private final List<Deque<Reservation>> held = Stream.<Deque<Reservation>>generate(ArrayDeque::new)
                .limit(THREADS + 2)
                .toList();

        abstract Limits limits();

        abstract void renewAll();

        abstract int inUse();

        @Operation
        public boolean take(@Param(gen = ThreadIdGen.class) int thread) {
            if (limits().reserve(1) instanceof Reservation reservation) {
                held.get(thread).push(reservation);
                return true;
            }
            return false;
        }

        @Operation
        public boolean giveBack(@Param(gen = ThreadIdGen.class) int thread) {
            Reservation reservation = held.get(thread).poll();
            if (reservation != null) {
                reservation.release();
            }
            return reservation != null;
        }

        @Operation
        public void renew() {
            renewAll();
        }

        @Operation
        public int out() {
            return inUse();
        }
    }

    private static RateLimitConfig config() {
        return new RateLimitConfig(null, null, PERMITS);
    }

    /** Those of one instance in its own memory. */
    public static final class InMemory extends Books {

        private final LocalLimits limits = new LocalLimits(config(), new ManualTime());

        @Override
        Limits limits() {
            return limits;
        }

        @Override
        void renewAll() {
            limits.reconfigure(config());
        }

        @Override
        int inUse() {
            return PERMITS - (int) limits.levels().get("concurrent_requests").remaining();
        }
    }

    /** Those of one instance beside a server, as the server has them. */
    public static class AtServer extends Books {

        private final ManualTime time = new ManualTime();
        private final ModelStore server = new ModelStore(time);
        private final ModelInstance instance = new ModelInstance("i", 1, config(), reached(server), time);

        Commands reached(ModelStore model) {
            return model;
        }

        @Override
        Limits limits() {
            return instance.limits();
        }

        @Override
        void renewAll() {
            instance.limits().renew();
        }

        @Override
        int inUse() {
            return server.inUse(ModelInstance.OWNER);
        }
    }

    /** A renewal names what is held, and not what another thread has just asked for. */
    public static final class Forgetful extends AtServer {

        private static final int HELD = 12;

        @Override
        Commands reached(ModelStore model) {
            return new Commands() {
                @Override
                public CompletableFuture<List<Object>> run(Script script, String[] keys, String... args) {
                    boolean renewal = script == Script.LIMITS && args[0].equals("renew");
                    return model.run(
                            script,
                            keys,
                            renewal ? Arrays.copyOf(args, HELD + 1 + Integer.parseInt(args[HELD])) : args);
                }

                @Override
                public void close() {
                    model.close();
                }
            };
        }
    }

    /** Looks whether there is a permit, and takes it afterwards: of two updates at once one is lost. */
    public static final class LookingFirst {

        private final int[] held = new int[THREADS + 2];
        private volatile int out;

        @Operation
        public boolean take(@Param(gen = ThreadIdGen.class) int thread) {
            int before = out;
            if (before == PERMITS) {
                return false;
            }
            held[thread]++;
            out = before + 1;
            return true;
        }

        @Operation
        public boolean giveBack(@Param(gen = ThreadIdGen.class) int thread) {
            if (held[thread] == 0) {
                return false;
            }
            held[thread]--;
            out = out - 1;
            return true;
        }

        @Operation
        public void renew() {
            // Changes nothing.
        }

        @Operation
        public int out() {
            return out;
        }
    }

    /** Each set of operations begins with a new instance, which says that the server is there. */
    @BeforeAll
    static void say_nothing_of_new_instances() {
        Configurator.setLevel("dev.loom.gateway.fleet", Level.WARN);
    }

    @AfterAll
    static void say_it_again() {
        Configurator.setLevel("dev.loom.gateway.fleet", (Level) null);
    }

    private static ModelCheckingOptions sets(int scenarios) {
        return new ModelCheckingOptions()
                .iterations(scenarios)
                .invocationsPerIteration(ORDERS)
                .threads(THREADS)
                .actorsBefore(1)
                .actorsPerThread(3)
                .actorsAfter(1)
                .minimizeFailedScenario(false)
                .sequentialSpecification(Expected.class);
    }

    @Test
    void whatever_happens_at_once_permits_in_memory_are_counted_as_one_after_the_other() {
        sets(SCENARIOS).check(InMemory.class);
    }

    @Test
    void whatever_happens_at_once_leases_at_the_server_are_counted_as_one_after_the_other() {
        sets(SCENARIOS).check(AtServer.class);
    }

    @Test
    @Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
    void a_renewal_that_forgets_what_is_under_way_would_be_found() {
        assertThatThrownBy(() -> sets(20).check(Forgetful.class)).isInstanceOf(LincheckAssertionError.class);
    }

    @Test
    @Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
    void an_update_that_is_lost_would_be_found() {
        assertThatThrownBy(() -> sets(20).check(LookingFirst.class)).isInstanceOf(LincheckAssertionError.class);
    }
}
