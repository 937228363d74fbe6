package dev.loom.gateway.camel.observe;

import org.apache.camel.Route;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;

/** Whether a route does anything. */
public final class RouteSteps {

    private RouteSteps() {}

    /** True where every step is disabled, as in a hook that nobody uses. */
    public static boolean hasNone(Route route) {
        return route.getRoute() instanceof RouteDefinition definition && hasNone(definition);
    }

    /** The same, for a route that may not run. */
    public static boolean hasNone(RouteDefinition route) {
        return route.getOutputs().stream().noneMatch(RouteSteps::isOne);
    }

    /** Whether it does something with a message, and is not disabled. */
    public static boolean isOne(ProcessorDefinition<?> step) {
        return !step.isAbstract() && !Boolean.parseBoolean(step.getDisabled());
    }
}
