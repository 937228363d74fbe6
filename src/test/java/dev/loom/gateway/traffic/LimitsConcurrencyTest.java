package dev.loom.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.traffic.Limits.Level;
import dev.loom.gateway.traffic.Limits.Reservation;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LimitsConcurrencyTest {

    private static final int THREADS = 16;

    private final ManualTime time = new ManualTime();

    @Test
    void a_hundred_tokens_per_minute_never_let_a_hundred_and_one_through() throws Exception {
        for (int round = 0; round < 100; round++) {
            Limits limits = new LocalLimits(new RateLimitConfig(null, 100, null), time);

            List<Integer> taken = Threads.together(THREADS, thread -> () -> takeAll(limits, 1 + thread % 3));

            assertThat(taken.stream().mapToInt(Integer::intValue).sum()).isEqualTo(100);
        }
    }

    /** Takes as many tokens as the others leave, single ones at last. */
    private static int takeAll(Limits limits, int size) {
        int taken = 0;
        for (int wanted = size; wanted > 0; ) {
            if (limits.reserve(wanted) instanceof Reservation) {
                taken += wanted;
            } else {
                wanted--;
            }
        }
        return taken;
    }

    @Test
    void no_more_requests_are_inside_than_there_are_permits() throws Exception {
        Limits limits = new LocalLimits(new RateLimitConfig(null, null, 3), time);
        AtomicInteger inside = new AtomicInteger();

        List<Integer> most = Threads.together(THREADS, thread -> () -> {
            int seen = 0;
            for (int i = 0; i < 2_000; i++) {
                if (limits.reserve(1) instanceof Reservation reservation) {
                    seen = Math.max(seen, inside.incrementAndGet());
                    inside.decrementAndGet();
                    reservation.release();
                }
            }
            return seen;
        });

        assertThat(Collections.max(most)).isBetween(1, 3);
        assertThat(limits.levels()).containsEntry("concurrent_requests", new Level(3, 3));
    }

    @Test
    void whatever_mix_of_endings_permits_and_tokens_add_up() throws Exception {
        Limits limits = new LocalLimits(new RateLimitConfig(1_000_000, 1_000_000_000, 1_000), time);

        List<long[]> used = Threads.together(THREADS, thread -> mixOfEndings(limits, new Random(thread)));

        long requests = used.stream().mapToLong(sum -> sum[0]).sum();
        long tokens = used.stream().mapToLong(sum -> sum[1]).sum();
        assertThat(limits.levels())
                .containsEntry("requests_per_minute", new Level(1_000_000, 1_000_000 - requests))
                .containsEntry("tokens_per_minute", new Level(1_000_000_000, 1_000_000_000 - tokens))
                .containsEntry("concurrent_requests", new Level(1_000, 1_000));
    }

    /** Requests and tokens that stay used. */
    private static Callable<long[]> mixOfEndings(Limits limits, Random random) {
        return () -> {
            long[] used = new long[2];
            for (int i = 0; i < 1_000; i++) {
                int reserved = random.nextInt(100);
                Reservation reservation = (Reservation) limits.reserve(reserved);
                switch (random.nextInt(4)) {
                    case 0 -> reservation.cancel();
                    case 1 -> {
                        int actual = random.nextInt(200);
                        reservation.settle(actual);
                        reservation.cancel();
                        count(used, actual);
                    }
                    case 2 -> {
                        reservation.release();
                        reservation.release();
                        count(used, reserved);
                    }
                    default -> {
                        reservation.release();
                        reservation.settle(7);
                        reservation.settle(9);
                        count(used, 7);
                    }
                }
            }
            return used;
        };
    }

    private static void count(long[] used, long tokens) {
        used[0]++;
        used[1] += tokens;
    }

    @Test
    void one_reservation_ended_by_everybody_at_once_ends_once() throws Exception {
        for (int round = 0; round < 200; round++) {
            Limits limits = new LocalLimits(new RateLimitConfig(10, 100, 4), time);
            Reservation bystander = (Reservation) limits.reserve(10);
            Reservation shared = (Reservation) limits.reserve(50);

            Threads.together(4, thread -> () -> {
                switch (thread) {
                    case 0 -> shared.settle(20);
                    case 1 -> shared.cancel();
                    default -> shared.release();
                }
                return null;
            });

            assertThat(limits.levels()).containsEntry("concurrent_requests", new Level(4, 3));
            assertThat(LimitsTest.remaining(limits)).isIn(70L, 90L);
            bystander.cancel();
        }
    }
}
