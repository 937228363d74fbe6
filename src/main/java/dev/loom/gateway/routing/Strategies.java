package dev.loom.gateway.routing;

import dev.loom.gateway.config.RoutingConfig;

/** The strategies that the configuration can name. */
public final class Strategies {

    private Strategies() {}

    /** @throws IllegalArgumentException if the configuration names no built-in strategy */
    public static Strategy of(RoutingConfig routing) {
        return switch (routing.strategy()) {
            case "priority" -> new Priority();
            default -> throw new IllegalArgumentException("Unknown strategy: " + routing.strategy());
        };
    }
}
