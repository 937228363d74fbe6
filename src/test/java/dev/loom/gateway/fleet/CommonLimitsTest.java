package dev.loom.gateway.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.traffic.Limits.Level;
import dev.loom.gateway.traffic.Limits.Reservation;
import dev.loom.gateway.traffic.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two instances' books through random days, in which the server becomes slow, is cut off and loses all that it knows. Each
 * seed is the same day whenever it runs.
 */
class CommonLimitsTest {

    private static final int PERMITS = 5;
    private static final int STEPS = 400;

    private final ManualTime time = new ManualTime();
    private final ModelStore server = new ModelStore(time);
    private final List<ModelInstance> instances = new ArrayList<>();
    private final List<List<Taken>> open = List.of(new ArrayList<>(), new ArrayList<>());
    private boolean permitsOnly;
    private boolean dropped;
    private long requests;
    private long tokens;

    private record Taken(Reservation reservation, int tokens) {}

    static IntStream seeds() {
        return IntStream.range(0, 25);
    }

    private void begin(RateLimitConfig limits) {
        for (int i = 0; i < 2; i++) {
            instances.add(new ModelInstance("i" + i, 2, limits, server, time));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void never_is_one_permit_too_many_out_and_in_the_end_all_are_back(int seed) {
        permitsOnly = true;
        begin(new RateLimitConfig(null, null, PERMITS));
        Random random = new Random(seed);
        for (int i = 0; i < STEPS; i++) {
            int who = random.nextInt(2);
            switch (random.nextInt(18)) {
                case 0 -> instances.get(who).link().hold();
                case 1 -> instances.get(who).link().close();
                case 2 -> lose();
                case 3, 4, 5 -> instances.forEach(ModelInstance::look);
                case 6 -> advance(Duration.ofMillis(random.nextInt(4_000)));
                case 7, 8, 9, 10 -> end(who, random);
                default -> reserve(who, random);
            }
        }
        endAll(random);
        assertThat(server.inUse(ModelInstance.OWNER)).isZero();
    }

    /** A restart: what is under way is lost as well. */
    private void lose() {
        instances.forEach(instance -> instance.link().close());
        server.lose();
    }

    private void advance(Duration by) {
        time.advance(by);
        instances.stream().filter(ModelInstance::available).forEach(ModelInstance::beat);
    }

    private boolean together() {
        return instances.stream().allMatch(ModelInstance::available);
    }

    private void reserve(int who, Random random) {
        boolean before = together();
        int out = open.get(0).size() + open.get(1).size();
        int wanted = random.nextInt(100);
        if (instances.get(who).limits().reserve(wanted) instanceof Reservation taken) {
            open.get(who).add(new Taken(taken, wanted));
            requests++;
            tokens += wanted;
            if (permitsOnly && before && together()) {
                assertThat(out).as("permits that were out").isLessThan(PERMITS);
            }
        }
    }

    private void end(int who, Random random) {
        if (open.get(who).isEmpty()) {
            return;
        }
        Taken ended = open.get(who).remove(random.nextInt(open.get(who).size()));
        if (random.nextInt(3) == 0) {
            ended.reservation().cancel();
            requests--;
            tokens -= ended.tokens();
        } else {
            int used = random.nextInt(200);
            ended.reservation().settle(used);
            tokens += used - ended.tokens();
        }
        ended.reservation().release();
    }

    private void endAll(Random random) {
        for (int who = 0; who < 2; who++) {
            while (!open.get(who).isEmpty()) {
                end(who, random);
            }
        }
        instances.forEach(ModelInstance::look);
    }

    /** Time stands still, so that nothing flows in. */
    @ParameterizedTest
    @MethodSource("seeds")
    void what_was_used_counts_once_and_may_count_twice_only_where_nobody_knows_whether_it_did(int seed) {
        begin(new RateLimitConfig(1_000_000, 10_000_000, null));
        Random random = new Random(seed);
        for (int i = 0; i < STEPS; i++) {
            int who = random.nextInt(2);
            switch (random.nextInt(18)) {
                case 0 -> instances.get(who).link().hold();
                case 1 -> cut(who, seed % 2 == 0);
                case 2, 3, 4 -> instances.forEach(ModelInstance::look);
                case 5, 6, 7, 8, 9 -> end(who, random);
                default -> reserve(who, random);
            }
        }
        endAll(random);
        instances.forEach(ModelInstance::look);

        Level left = instances.get(0).limits().levels().get("requests_per_minute");
        Level leftTokens = instances.get(0).limits().levels().get("tokens_per_minute");
        if (dropped) {
            assertThat(left.remaining()).isLessThanOrEqualTo(1_000_000 - requests);
            assertThat(leftTokens.remaining()).isLessThanOrEqualTo(10_000_000 - tokens);
        } else {
            assertThat(left).isEqualTo(new Level(1_000_000, 1_000_000 - requests));
            assertThat(leftTokens).isEqualTo(new Level(10_000_000, 10_000_000 - tokens));
        }
    }

    private void cut(int who, boolean mayDrop) {
        if (mayDrop) {
            instances.get(who).link().close();
            dropped = true;
        }
    }

    @Test
    void what_one_has_used_is_known_after_a_loss_though_another_comes_back_first() {
        begin(new RateLimitConfig(10, null, null));
        for (int i = 0; i < 6; i++) {
            reserve(1, new Random(i));
        }
        lose();
        instances.get(0).look();
        instances.get(1).look();

        instances.forEach(ModelInstance::look);
        assertThat(instances.get(0).limits().levels()).containsEntry("requests_per_minute", new Level(10, 4));
    }

    @Test
    void what_others_have_taken_is_seen_by_whoever_looks_again_and_again() {
        begin(new RateLimitConfig(10, null, PERMITS));
        assertThat(instances.get(0).limits().reserve(1)).isInstanceOf(Reservation.class);
        time.advance(Duration.ofSeconds(1));

        assertThat(instances.get(1).limits().levels())
                .containsEntry("concurrent_requests", new Level(PERMITS, PERMITS - 1L));
    }

    /** Renewals pass by reservations that are under way, and take nothing from them. */
    @Test
    void no_more_are_inside_than_there_are_permits_while_all_is_renewed_all_the_time() throws Exception {
        begin(new RateLimitConfig(null, null, PERMITS));
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(10);
        List<Future<?>> ended = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            CommonLimits limits = instances.get(i % 2).limits();
            ended.add(threads.submit(() -> pass(limits, inside, most)));
        }
        for (ModelInstance instance : instances) {
            ended.add(threads.submit(() -> IntStream.range(0, 5_000)
                    .forEach(i -> instance.limits().renew().join())));
        }
        try {
            for (Future<?> each : ended) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(most.get()).isBetween(2, PERMITS);
        assertThat(server.inUse(ModelInstance.OWNER)).isZero();
    }

    private static void pass(CommonLimits limits, AtomicInteger inside, AtomicInteger most) {
        for (int i = 0; i < 5_000; i++) {
            if (limits.reserve(1) instanceof Reservation reservation) {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                Thread.yield();
                inside.decrementAndGet();
                reservation.release();
            }
        }
    }
}
