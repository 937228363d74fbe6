package dev.loom.gateway.routing;

import static dev.loom.gateway.routing.Providers.provider;
import static dev.loom.gateway.routing.Setup.strategy;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a plan allocates must not grow with what is configured. Memory is counted, since time says nothing on a busy
 * machine.
 */
class PlanCostTest {

    /** Of one plan, to be lowered with every gain: its candidate and its place in a few lists. */
    private static final long MOST_BYTES_OF_A_PROVIDER = 60;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int PLANS = 2_000;

    @ParameterizedTest
    @ValueSource(strings = {"priority", "round_robin", "model"})
    void a_further_provider_costs_a_plan_next_to_nothing(String name) throws ModelNotServed {
        long few = bytes(providers(name, 2), "m");
        long many = bytes(providers(name, 202), "m");
        assertThat((many - few) / 200).isLessThanOrEqualTo(MOST_BYTES_OF_A_PROVIDER);
    }

    @Test
    void further_models_cost_a_plan_nothing() throws ModelNotServed {
        String[] names = IntStream.range(0, 1_000).mapToObj(i -> "model-" + i).toArray(String[]::new);
        long one = bytes(new Bench(strategy("priority").with(provider("a").models("m"))), "m");
        long thousand = bytes(new Bench(strategy("priority").with(provider("a").models(names))), "model-999");
        assertThat(thousand).isLessThanOrEqualTo(one + 200);
    }

    private static Bench providers(String strategy, int number) {
        Providers[] all = IntStream.range(0, number)
                .mapToObj(i -> provider("p" + i).models("m").priority(i + 1))
                .toArray(Providers[]::new);
        return new Bench(strategy(strategy).with(all));
    }

    /** Of one plan up to its first attempt, after the first plan for this model. */
    private static long bytes(Bench bench, String model) throws ModelNotServed {
        plan(bench, model);
        long thread = Thread.currentThread().getId();
        long before = THREADS.getThreadAllocatedBytes(thread);
        for (int i = 0; i < PLANS; i++) {
            plan(bench, model);
        }
        return (THREADS.getThreadAllocatedBytes(thread) - before) / PLANS;
    }

    private static void plan(Bench bench, String model) throws ModelNotServed {
        Plan plan = bench.plan(model);
        plan.next();
        plan.close();
    }
}
