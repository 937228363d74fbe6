package dev.loom.gateway.routing.strategies;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FairScheduleTest {

    @Test
    void turns_are_spread_not_bunched() {
        assertThat(turns(new FairSchedule(60, 30, 10), 10)).containsExactly(0, 0, 1, 0, 1, 0, 0, 1, 0, 2);
        assertThat(turns(new FairSchedule(1, 1, 1), 6)).containsExactly(0, 1, 2, 0, 1, 2);
    }

    private static List<Integer> turns(FairSchedule schedule, int count) {
        return IntStream.range(0, count).mapToObj(i -> schedule.next()).toList();
    }

    /** Exactly in whole numbers: |given x total - turns x weight| is less than the total. */
    @Property(tries = 300)
    void after_any_number_of_turns_each_share_is_within_one_of_its_weight(
            @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 100) Integer> weights) {
        int[] weight = weights.stream().mapToInt(Integer::intValue).toArray();
        long total = Arrays.stream(weight).sum();
        FairSchedule schedule = new FairSchedule(weight);
        long[] given = new long[weight.length];
        for (long turn = 1; turn <= 2 * total; turn++) {
            given[schedule.next()]++;
            for (int i = 0; i < weight.length; i++) {
                assertThat(Math.abs(given[i] * total - turn * weight[i])).isLessThan(total);
            }
        }
    }

    @Test
    void huge_weights_do_not_overflow() {
        FairSchedule schedule = new FairSchedule(Integer.MAX_VALUE, Integer.MAX_VALUE, 1);
        long first =
                turns(schedule, 1001).stream().filter(member -> member == 0).count();
        assertThat(first).isBetween(500L, 501L);
    }

    @Test
    void the_turns_of_many_threads_together_are_those_of_one() throws Exception {
        FairSchedule schedule = new FairSchedule(60, 30, 10);
        AtomicIntegerArray given = new AtomicIntegerArray(3);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            threads.add(
                    new Thread(() -> IntStream.range(0, 1000).forEach(n -> given.incrementAndGet(schedule.next()))));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(List.of(given.get(0), given.get(1), given.get(2))).containsExactly(9600, 4800, 1600);
    }
}
