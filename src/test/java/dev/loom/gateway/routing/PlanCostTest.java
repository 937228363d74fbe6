package dev.loom.gateway.routing;

import static dev.loom.gateway.routing.Providers.provider;
import static dev.loom.gateway.routing.Setup.strategy;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

    /** Of a strategy that compares all who serve the model: each one's figures, and places in a few more lists; 88 to 120. */
    private static final long MOST_BYTES_OF_A_COMPARISON = 135;

    @ParameterizedTest
    @ValueSource(strings = {"weighted", "cost", "latency"})
    void a_further_provider_is_compared_once(String name) throws ModelNotServed {
        long few = bytes(providers(name, 2), "m");
        long many = bytes(providers(name, 202), "m");
        assertThat((many - few) / 200).isLessThanOrEqualTo(MOST_BYTES_OF_A_COMPARISON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"priority", "round_robin", "model"})
    void a_further_provider_costs_a_plan_next_to_nothing(String name) throws ModelNotServed {
        long few = bytes(providers(name, 2), "m");
        long many = bytes(providers(name, 202), "m");
        assertThat((many - few) / 200).isLessThanOrEqualTo(MOST_BYTES_OF_A_PROVIDER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"priority", "round_robin", "model", "weighted", "cost", "latency"})
    void providers_that_do_not_serve_the_model_cost_a_plan_nothing(String name) throws ModelNotServed {
        long alone = bytes(new Bench(strategy(name).with(serving(name, 2))), "m");
        Providers[] among = Stream.concat(
                        Arrays.stream(serving(name, 2)),
                        IntStream.range(0, 198).mapToObj(i -> provider("q" + i).models("other")))
                .toArray(Providers[]::new);
        assertThat(bytes(new Bench(strategy(name).with(among)), "m")).isLessThanOrEqualTo(alone + 200);
    }

    @Test
    void further_models_cost_a_plan_nothing() throws ModelNotServed {
        String[] names = IntStream.range(0, 1_000).mapToObj(i -> "model-" + i).toArray(String[]::new);
        long one = bytes(new Bench(strategy("priority").with(provider("a").models("m"))), "m");
        long thousand = bytes(new Bench(strategy("priority").with(provider("a").models(names))), "model-999");
        assertThat(thousand).isLessThanOrEqualTo(one + 200);
    }

    private static Bench providers(String strategy, int number) {
        return new Bench(strategy(strategy).with(serving(strategy, number)));
    }

    private static Providers[] serving(String strategy, int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> {
                    Providers provider = provider("p" + i).models("m").priority(i + 1);
                    return strategy.equals("cost") ? provider.price(0.01, 0.02) : provider;
                })
                .toArray(Providers[]::new);
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
