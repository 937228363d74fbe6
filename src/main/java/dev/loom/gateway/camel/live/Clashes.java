package dev.loom.gateway.camel.live;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Endpoint;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteDefinitionHelper;
import org.apache.camel.spi.Resource;

/** What Camel would refuse at the next start, when all files are loaded together, and not now; and calls that would fail. */
final class Clashes {

    private final ModelCamelContext running;
    private final Resource file;

    /** Routes that will be there beside the one that is looked at. */
    private final List<RouteDefinition> others;

    private final List<String> problems = new ArrayList<>();

    private Clashes(ModelCamelContext running, List<RouteDefinition> others, Resource file) {
        this.running = running;
        this.others = others;
        this.file = file;
    }

    /**
     * Ids and beginnings that are taken already, and beginnings that routes of other files call and that would be gone.
     *
     * @param going ids of routes that will not be there any more
     */
    static List<String> of(ModelCamelContext running, Set<String> going, List<Definitions.Loaded> next, Resource file) {
        List<RouteDefinition> staying = new ArrayList<>(running.getRouteDefinitions());
        staying.removeIf(route -> going.contains(route.getRouteId()));
        Clashes clashes = new Clashes(running, new ArrayList<>(staying), file);
        for (Definitions.Loaded loaded : next) {
            clashes.sameId(loaded.route());
            clashes.sameBeginning(loaded);
            if (loaded.template() == null) {
                clashes.others.add(loaded.route());
            }
        }
        clashes.lost(staying, going, next);
        return clashes.problems;
    }

    private void sameId(RouteDefinition route) {
        String id = RouteDefinitionHelper.validateUniqueIds(route, others, route.getNodePrefixId());
        if (id != null) {
            problems.add("the id '" + id + "' is taken by "
                    + others.stream()
                            .filter(other -> ProcessorDefinitionHelper.gatherAllNodeIds(
                                            other, new ArrayList<>(), true, false)
                                    .contains(id))
                            .findFirst()
                            .map(this::named)
                            .orElse("another step of the route '" + route.getRouteId() + "'")
                    + "; give yours another id");
        }
    }

    private void sameBeginning(Definitions.Loaded loaded) {
        String uri = loaded.route().getInput().getEndpointUri();
        Optional<RouteDefinition> taken = places(loaded.route()).isEmpty()
                ? sameEndpoint(loaded, uri)
                : others.stream()
                        .filter(other -> !Collections.disjoint(places(other), places(loaded.route())))
                        .findFirst();
        taken.ifPresent(other -> problems.add(Beginnings.plain(uri) + " is where " + named(other)
                + " begins already; give yours another address, or remove the other one"));
    }

    private Optional<RouteDefinition> sameEndpoint(Definitions.Loaded loaded, String uri) {
        Endpoint known = loaded.template() == null ? running.hasEndpoint(uri) : null;
        if (known == null || (known instanceof MultipleConsumersSupport many && many.isMultipleConsumersSupported())) {
            return Optional.empty();
        }
        return running.getRoutes().stream()
                .filter(route -> route.getEndpoint() == known)
                .flatMap(route ->
                        others.stream().filter(other -> route.getRouteId().equals(other.getRouteId())))
                .findFirst();
    }

    /** What only one route can have of those that begin where this one does. */
    private static List<String> places(RouteDefinition route) {
        String uri = route.getInput().getEndpointUri();
        return uri.contains("{{")
                ? List.of()
                : Beginnings.places(
                        Beginnings.plain(uri), EndpointOptions.of(uri).get("httpMethodRestrict"));
    }

    private void lost(List<RouteDefinition> staying, Set<String> going, List<Definitions.Loaded> next) {
        Set<String> lost = running.getRouteDefinitions().stream()
                .filter(route -> going.contains(route.getRouteId()))
                .map(RouteAddresses::beginning)
                .collect(Collectors.toCollection(HashSet::new));
        next.forEach(loaded -> lost.remove(RouteAddresses.beginning(loaded.route())));
        for (RouteDefinition caller : staying) {
            RouteAddresses.calls(caller)
                    .filter(lost::remove)
                    .forEach(name -> problems.add("no route would begin with direct:" + name + " any more, and "
                            + named(caller) + " calls it; leave it there, or take that call out first"));
        }
    }

    private String named(RouteDefinition route) {
        Resource from = route.getResource();
        String location = from == null ? "" : from.getLocation();
        return "the route '" + route.getRouteId() + "'"
                + (location.isEmpty()
                        ? ""
                        : " of "
                                + (location.equals(file.getLocation())
                                        ? "this file"
                                        : location.replaceFirst("^[a-z]+:", "")));
    }
}
