package dev.loom.gateway.simulation;

import dev.loom.gateway.routing.Providers;
import dev.loom.gateway.routing.Setup;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a gateway with three providers.
 *
 * @param name as in the report's headings
 * @param story one sentence
 * @param providers by name: configuration and behaviour
 * @param rate requests per second at a time, on average; they come independently of each other
 * @param longPrompts share of requests with a prompt of some 6,000 tokens; the others have some 40
 * @param removed the provider that leaves the configuration after a third of the time, null for none
 */
record Scenario(
        String name,
        String story,
        Map<String, Simulated> providers,
        Duration length,
        ToDoubleFunction<Duration> rate,
        double longPrompts,
        Duration slowStart,
        @Nullable String removed) {

    record Simulated(Providers config, Behaviour behaviour) {}

    static Scenario of(String name, String story) {
        Map<String, Simulated> providers = new LinkedHashMap<>();
        providers.put("a", new Simulated(provider("a", 1, 60).price(0.001, 0.002), Behaviour.normal(300, 80)));
        providers.put("b", new Simulated(provider("b", 2, 30).price(0.005, 0.015), Behaviour.normal(450, 60)));
        providers.put("c", new Simulated(provider("c", 3, 10).price(0.01, 0.03), Behaviour.normal(700, 40)));
        return new Scenario(name, story, providers, Duration.ofMinutes(5), time -> 8, 0, Duration.ZERO, null);
    }

    private static Providers provider(String name, int priority, int weight) {
        return Providers.provider(name).priority(priority).weight(weight);
    }

    Scenario behaves(String provider, UnaryOperator<Behaviour> change) {
        return replaced(provider, old -> new Simulated(old.config, change.apply(old.behaviour)));
    }

    Scenario configured(String provider, UnaryOperator<Providers> change) {
        return replaced(provider, old -> new Simulated(change.apply(old.config), old.behaviour));
    }

    private Scenario replaced(String provider, UnaryOperator<Simulated> change) {
        Map<String, Simulated> changed = new LinkedHashMap<>(providers);
        changed.computeIfPresent(provider, (key, old) -> change.apply(old));
        return new Scenario(name, story, changed, length, rate, longPrompts, slowStart, removed);
    }

    Scenario lasting(Duration time) {
        return new Scenario(name, story, providers, time, rate, longPrompts, slowStart, removed);
    }

    Scenario rate(ToDoubleFunction<Duration> perSecond) {
        return new Scenario(name, story, providers, length, perSecond, longPrompts, slowStart, removed);
    }

    Scenario longPrompts(double share) {
        return new Scenario(name, story, providers, length, rate, share, slowStart, removed);
    }

    Scenario slowStart(Duration time) {
        return new Scenario(name, story, providers, length, rate, longPrompts, time, removed);
    }

    Scenario removing(String provider) {
        return new Scenario(name, story, providers, length, rate, longPrompts, slowStart, provider);
    }

    /** The gateway's configuration, with or without the provider that leaves. Model m is routed to a, model n to b. */
    Setup setup(String strategy, boolean afterRemoval) {
        Setup setup = Setup.strategy(strategy)
                .slowStart(slowStart)
                .route("m", "a".equals(removed) && afterRemoval ? "b" : "a")
                .route("n", "b")
                .route("default", "b");
        providers.values().forEach(provider -> setup.with(provider.config));
        return afterRemoval
                ? setup.routed(providers.keySet().stream()
                        .filter(provider -> !provider.equals(removed))
                        .toArray(String[]::new))
                : setup;
    }
}
