package dev.loom.gateway.routing.strategies;

import dev.loom.gateway.config.RoutingConfig;
import dev.loom.gateway.routing.ModelRoutes;
import dev.loom.gateway.routing.Strategy;
import dev.loom.gateway.traffic.TimeSource;

/** The strategies that the configuration can name. */
public final class Strategies {

    private Strategies() {}

    /**
     * The strategy that {@code routing.strategy} names.
     *
     * @throws IllegalArgumentException if that is no built-in strategy
     */
    public static Strategy of(RoutingConfig routing, TimeSource time) {
        return switch (routing.strategy()) {
            case "priority" -> new Priority(new Rotation());
            case "round_robin" -> slowStarting(new RoundRobin(new Rotation()), routing);
            case "weighted" -> slowStarting(new Weighted(), routing);
            case "cost" -> slowStarting(new Cost(scores(routing, time)), routing);
            case "latency" -> slowStarting(new Latency(scores(routing, time)), routing);
            case "model" -> new ByModel(ModelRoutes.of(routing));
            default ->
                throw new IllegalArgumentException("Unknown strategy '" + routing.strategy()
                        + "'. Built in are priority, round_robin, weighted, cost, latency and model.");
        };
    }

    private static Strategy slowStarting(Strategy strategy, RoutingConfig routing) {
        return routing.slowStart().isZero() ? strategy : new SlowStarting(strategy);
    }

    private static LatencyScores scores(RoutingConfig routing, TimeSource time) {
        return new LatencyScores(routing.latency().percentile(), time);
    }
}
