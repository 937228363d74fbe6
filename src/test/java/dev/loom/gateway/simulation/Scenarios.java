package dev.loom.gateway.simulation;

import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.simulation.Behaviour.Call;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** Good days and bad days. */
final class Scenarios {

    private Scenarios() {}

    static List<Scenario> all() {
        return List.of(
                Scenario.of("Steady", "All providers work."),
                Scenario.of("One slow", "From the second minute to the end, a takes ten times as long.")
                        .behaves("a", b -> b.when(from(60), b.slower(10))),
                Scenario.of(
                                "Slow, then recovers",
                                "In the second and third minute of twelve, a takes ten times as long.")
                        .lasting(Duration.ofMinutes(12))
                        .behaves("a", b -> b.when(between(60, 180), b.slower(10))),
                Scenario.of("Fast 503s", "From the second minute to the end, a answers 503 within 20 ms.")
                        .behaves("a", b -> b.when(from(60), call -> Answer.unavailable())),
                Scenario.of("429 with Retry-After", "In the second and third minute, a answers 429 and asks for 20 s.")
                        .behaves("a", b -> b.when(between(60, 180), call -> limited(20))),
                Scenario.of("Black hole", "From the second minute to the end, a never answers.")
                        .behaves("a", b -> b.when(from(60), b.slower(1e6))),
                Scenario.of("Half fail", "Half of the requests to a fail, at random.")
                        .behaves("a", b -> b.when(call -> call.happens(0.5), call -> Answer.unavailable())),
                Scenario.of(
                                "One spike",
                                "For ten seconds, ten times as many requests come. A provider with more than 20 running requests slows down.")
                        .rate(time -> time.toSeconds() >= 120 && time.toSeconds() < 130 ? 80 : 8)
                        .behaves("a", b -> b.capacity(20))
                        .behaves("b", b -> b.capacity(20))
                        .behaves("c", b -> b.capacity(20)),
                Scenario.of(
                                "Uneven prices",
                                "a is cheap for input and expensive for output, c the other way round, and b is in between.")
                        .configured("a", p -> p.price(0.0001, 0.09))
                        .configured("b", p -> p.price(0.002, 0.03))
                        .configured("c", p -> p.price(0.005, 0.002))
                        .longPrompts(0.5),
                Scenario.of(
                                "Long and short prompts",
                                "Every fifth prompt has 6,000 tokens. Each provider has a limit of 200,000 tokens a minute.")
                        .configured("a", p -> p.limits(null, 200_000, null))
                        .configured("b", p -> p.limits(null, 200_000, null))
                        .configured("c", p -> p.limits(null, 200_000, null))
                        .longPrompts(0.2),
                Scenario.of(
                                "A limit is reached",
                                "a has a limit of 120 requests a minute, and b of ten requests at one time.")
                        .configured("a", p -> p.limits(120, null, null))
                        .configured("b", p -> p.limits(null, null, 10)),
                Scenario.of("Removed live", "After a third of the time, a is removed from the configuration.")
                        .removing("a"),
                Scenario.of("Flapping", "a is up and down in turn, for twenty seconds each.")
                        .behaves(
                                "a",
                                b -> b.when(
                                        call -> call.time().toSeconds() / 20 % 2 == 1, call -> Answer.unavailable())),
                Scenario.of("All down, then back", "In the third minute all providers answer 503.")
                        .behaves("a", Scenarios::outage)
                        .behaves("b", Scenarios::outage)
                        .behaves("c", Scenarios::outage),
                Scenario.of("Credential revoked", "From the second minute to the end, a does not accept the key.")
                        .behaves("a", b -> b.when(from(60), call -> Answer.failed(50, Outcome.CREDENTIAL, 401, null))),
                Scenario.of(
                                "Streams that break",
                                "From the second minute to the end, every fourth stream of a breaks in the middle.")
                        .behaves("a", b -> b.when(call -> from(60).test(call) && call.happens(0.25), b.breaking())),
                Scenario.of(
                                "Comes back cold",
                                "a is down for a minute. In the next minute it slows down if more than 3 requests run. slow_start is 60s.")
                        .slowStart(Duration.ofMinutes(1))
                        .behaves("a", b -> b.when(between(60, 120), call -> Answer.unavailable())
                                .when(between(120, 180), b.capacity(3))),
                Scenario.of("Herd", "All three are equally fast, but each slows down if more than 8 requests run.")
                        .behaves("a", b -> Behaviour.normal(400, 60).capacity(8))
                        .behaves("b", b -> Behaviour.normal(400, 60).capacity(8))
                        .behaves("c", b -> Behaviour.normal(400, 60).capacity(8)));
    }

    private static Predicate<Call> from(int seconds) {
        return call -> call.time().toSeconds() >= seconds;
    }

    private static Predicate<Call> between(int from, int to) {
        return call -> call.between(from, to);
    }

    private static Answer limited(int retryAfterSeconds) {
        return Answer.failed(20, Outcome.RATE_LIMITED, 429, Duration.ofSeconds(retryAfterSeconds));
    }

    private static Behaviour outage(Behaviour behaviour) {
        return behaviour.when(between(120, 180), call -> Answer.unavailable());
    }
}
