package dev.loom.gateway.camel.live;

import dev.loom.gateway.config.yaml.Suggestion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.jspecify.annotations.Nullable;

/**
 * Addresses that only look like one of the gateway's own. Camel takes any name behind {@code direct:}, so a hook with a
 * misspelt one would never run.
 */
final class RouteAddresses {

    private static final String DIRECT = "direct:";

    private static final Set<String> OURS = Set.of(
            "loom-on-request",
            "loom-on-answer",
            "loom-on-finished",
            "loom-dispatch",
            "loom-attempt",
            "loom-serve",
            "loom-ask",
            "loom-ask-embeddings",
            "loom-usage");

    private final List<RouteDefinition> routes;
    private final List<String> lines;
    private final Set<String> begun = new HashSet<>();
    private final Set<String> called = new HashSet<>();

    private RouteAddresses(List<RouteDefinition> routes, List<String> lines) {
        this.routes = routes;
        this.lines = lines;
    }

    /**
     * Each with its line and route; empty if there is none.
     *
     * @param lines of the file that the routes are from
     */
    static List<String> problems(List<RouteDefinition> routes, List<String> lines) {
        return new RouteAddresses(routes, lines).problems();
    }

    private List<String> problems() {
        for (RouteDefinition route : routes) {
            begun.add(address(route.getInput().getEndpointUri()));
            ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDefinition.class)
                    .forEach(step -> called.add(address(step.getEndpointUri())));
        }
        List<String> problems = new ArrayList<>();
        for (RouteDefinition route : routes) {
            check(route, address(route.getInput().getEndpointUri()), called, "nobody calls ", problems);
            ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDefinition.class)
                    .forEach(step ->
                            check(route, address(step.getEndpointUri()), begun, "no route begins with ", problems));
        }
        return problems;
    }

    /** @param others in the same file: an address that two routes share is somebody's own */
    private void check(RouteDefinition route, String name, Set<String> others, String what, List<String> problems) {
        String suggestion = OURS.contains(name) || others.contains(name) ? "" : Suggestion.of(name, OURS);
        if (!suggestion.isEmpty()) {
            problems.add("line " + RouteMistake.line(lines, route.getRouteId(), name) + ": the route '"
                    + route.getRouteId() + "': " + what + DIRECT + name + suggestion);
        }
    }

    /** Empty where it is no {@code direct:}. */
    private static String address(@Nullable String uri) {
        return uri != null && uri.startsWith(DIRECT)
                ? uri.substring(DIRECT.length()).replace("//", "")
                : "";
    }
}
