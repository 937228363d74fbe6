package dev.loom.gateway.routing;

import static dev.loom.gateway.routing.Bench.unavailable;
import static dev.loom.gateway.routing.Providers.provider;
import static dev.loom.gateway.routing.Setup.strategy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.traffic.Limits;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The time that a client is told to wait is the time after which the same request is tried, and no longer. */
class PromisedTimeTest {

    private static final Duration STEP = Duration.ofMillis(500);

    private static final Map<String, Consumer<Bench>> TROUBLES = Map.of(
            "open", bench -> bench.openBreaker("a"),
            "unhealthy", bench -> bench.makeUnhealthy("a"),
            "resting", bench -> bench.traffic("a").coolDown().extend(Duration.ofSeconds(9), Outcome.RATE_LIMITED),
            "without quota", bench -> bench.traffic("a").coolDown().extend(Duration.ofMinutes(30), Outcome.QUOTA),
            "refused", bench -> bench.traffic("a").coolDown().extend(Duration.ofMinutes(30), Outcome.CREDENTIAL),
            "exhausted", bench -> bench.traffic("a").headroom().observe("requests", 0, 100, Duration.ofSeconds(7)),
            "low", bench -> bench.traffic("a").headroom().observe("requests", 1, 100, Duration.ofHours(6)),
            "limited", PromisedTimeTest::useUp,
            "open and resting",
                    bench -> {
                        bench.openBreaker("a");
                        bench.traffic("a").coolDown().extend(Duration.ofSeconds(9), Outcome.RATE_LIMITED);
                    },
            "well", bench -> {});

    private static void useUp(Bench bench) {
        while (bench.traffic("a").limits().reserve(1) instanceof Limits.Reservation taken) {
            taken.release();
        }
    }

    static Stream<String> troubles() {
        return TROUBLES.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void one_provider_in_trouble_is_tried_again_when_the_client_was_told(String trouble) throws Exception {
        Bench bench = new Bench(
                strategy("priority").with(provider("a").healthChecked().limits(10, 100_000, 10)));
        check(bench, trouble);
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void one_of_two_in_trouble_is_tried_again_when_the_client_was_told(String trouble) throws Exception {
        Bench bench = new Bench(strategy("priority")
                .with(
                        provider("a").healthChecked().limits(10, 100_000, 10),
                        provider("b").priority(2)));
        bench.traffic("b").coolDown().extend(Duration.ofMinutes(20), Outcome.RATE_LIMITED);
        check(bench, trouble);
    }

    private static void check(Bench bench, String trouble) throws Exception {
        TROUBLES.get(trouble).accept(bench);
        FinalError error = failed(bench);
        Duration told = error.retryAfter();
        if (told == null) {
            assertThat(error.mustNotRetry()).isTrue();
            return;
        }
        for (Duration passed = Duration.ZERO; passed.compareTo(told.minusSeconds(1)) < 0; passed = passed.plus(STEP)) {
            assertThat(bench.plan().next()).as("after %s of %s", passed, told).isInstanceOf(Step.GiveUp.class);
            bench.time.advance(STEP);
        }
        bench.time.advance(Duration.ofSeconds(1));
        if (trouble.equals("unhealthy")) { // by then it has been asked again how it is
            bench.traffic("a").health().checkSucceeded(Duration.ofMillis(5));
        }
        assertThat(bench.plan().next()).as("after %s", told).isInstanceOf(Attempt.class);
    }

    /** A request that fails wherever it is tried. */
    private static FinalError failed(Bench bench) throws Exception {
        Plan plan = bench.plan();
        while (true) {
            Step step = plan.next();
            if (step instanceof Step.GiveUp giveUp) {
                return giveUp.error();
            }
            if (step instanceof Step.Pause pause) {
                bench.time.advance(pause.duration());
            } else if (step instanceof Attempt attempt) {
                attempt.candidate().traffic().breaker().acquirePermission();
                attempt.admitted();
                attempt.calling();
                attempt.failed(unavailable());
            }
        }
    }
}
