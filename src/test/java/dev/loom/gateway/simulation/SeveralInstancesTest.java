package dev.loom.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.fleet.SimulatedFleet;
import dev.loom.gateway.replay.EventQueue;
import dev.loom.gateway.traffic.Fleet;
import dev.loom.gateway.traffic.OneInstance;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The same scenarios in instances that count in a store that is some milliseconds away. */
class SeveralInstancesTest {

    static final List<String> STRATEGIES = List.of("priority", "weighted", "latency");

    private static final Duration FAR = Duration.ofMillis(5);

    private static Scenario scenario(String name) {
        return Scenarios.all().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Function<EventQueue, List<Fleet>> together(int instances, Scenario scenario, Duration latency) {
        return queue ->
                SimulatedFleet.of(instances, queue, latency, scenario.length().plusMinutes(1));
    }

    private static Result run(int instances, Scenario scenario, String strategy, Duration latency) {
        return Simulation.run(scenario, strategy, together(instances, scenario, latency), latency);
    }

    private static long calls(Result result, String provider) {
        return Arrays.stream(result.calls().get(provider)).sum();
    }

    /** A bucket that is full at the start, and what flows in. */
    private static long most(Scenario scenario) {
        return 120 + 120 * scenario.length().toMinutes();
    }

    @ParameterizedTest
    @FieldSource("STRATEGIES")
    void one_instance_beside_a_store_decides_as_one_that_counts_in_its_memory(String strategy) {
        Stream.of("A limit is reached", "429 with Retry-After")
                .map(SeveralInstancesTest::scenario)
                .forEach(scenario -> assertThat(Report.row(strategy, run(1, scenario, strategy, Duration.ZERO)))
                        .as(scenario.name())
                        .isEqualTo(Report.row(strategy, Simulation.run(scenario, strategy))));
    }

    @Test
    void two_that_count_for_themselves_let_twice_the_limit_through() {
        Scenario scenario = scenario("A limit is reached");
        Result result = Simulation.run(
                scenario,
                "priority",
                queue -> List.of(new OneInstance("", "", queue), new OneInstance("", "", queue)),
                Duration.ZERO);

        assertThat(calls(result, "a")).isGreaterThan(most(scenario) * 3 / 2);
        assertThat(result.mostAtOnce("b")).isGreaterThan(10);
    }

    @ParameterizedTest
    @FieldSource("STRATEGIES")
    void three_that_count_together_keep_the_limits_and_answer_all_as_one_does(String strategy) {
        Scenario scenario = scenario("A limit is reached");
        Result result = run(3, scenario, strategy, FAR);

        assertThat(calls(result, "a")).isLessThanOrEqualTo(most(scenario));
        assertThat(result.mostAtOnce("b")).isLessThanOrEqualTo(10);
        assertThat(result.leaked()).isFalse();
        assertThat(result.successRate())
                .isEqualTo(Simulation.run(scenario, strategy).successRate());
    }

    @Test
    void a_429_at_one_keeps_all_away() {
        Scenario scenario = scenario("429 with Retry-After");
        int wastedByOne = Simulation.run(scenario, "priority").wasted();

        assertThat(run(3, scenario, "priority", FAR).wasted()).isLessThanOrEqualTo(wastedByOne + 1);
    }
}
