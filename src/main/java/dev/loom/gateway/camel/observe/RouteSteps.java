package dev.loom.gateway.camel.observe;

import org.apache.camel.Route;
import org.apache.camel.model.RouteDefinition;

/** Whether a route does anything. */
public final class RouteSteps {

    private RouteSteps() {}

    /** True where every step is disabled, as in a hook that nobody uses. */
    public static boolean hasNone(Route route) {
        return route.getRoute() instanceof RouteDefinition definition
                && definition.getOutputs().stream()
                        .allMatch(step -> step.isAbstract() || Boolean.parseBoolean(step.getDisabled()));
    }
}
