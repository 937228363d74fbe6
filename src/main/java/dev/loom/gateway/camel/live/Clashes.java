package dev.loom.gateway.camel.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Endpoint;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.Route;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteDefinitionHelper;

/** What Camel would refuse at the next start, when all files are loaded together, and not now. */
final class Clashes {

    private final ModelCamelContext running;
    private final Set<String> going;

    private Clashes(ModelCamelContext running, Set<String> going) {
        this.running = running;
        this.going = going;
    }

    /**
     * Ids and beginnings of routes that belong to another file already.
     *
     * @param going ids of routes that will not be there any more
     */
    static List<String> of(ModelCamelContext running, Set<String> going, List<Definitions.Loaded> next) {
        Clashes clashes = new Clashes(running, going);
        List<String> problems = new ArrayList<>();
        for (Definitions.Loaded loaded : next) {
            clashes.sameId(loaded.route()).ifPresent(problems::add);
            clashes.sameBeginning(loaded).ifPresent(problems::add);
        }
        return problems;
    }

    private Optional<String> sameId(RouteDefinition route) {
        List<RouteDefinition> others = running.getRouteDefinitions().stream()
                .filter(other -> !going.contains(other.getRouteId()))
                .toList();
        String id = RouteDefinitionHelper.validateUniqueIds(route, others, route.getNodePrefixId());
        return Optional.ofNullable(id)
                .map(taken -> "the id '" + taken + "' is taken by a route or step of another file");
    }

    private Optional<String> sameBeginning(Definitions.Loaded loaded) {
        String uri = loaded.route().getInput().getEndpointUri();
        Endpoint known = loaded.template() == null ? running.hasEndpoint(uri) : null;
        if (known == null || (known instanceof MultipleConsumersSupport many && many.isMultipleConsumersSupported())) {
            return Optional.empty();
        }
        return running.getRoutes().stream()
                .filter(route -> !going.contains(route.getRouteId()) && route.getEndpoint() == known)
                .map(Route::getRouteId)
                .findFirst()
                .map(other -> uri + " is where the route '" + other + "' of another file begins");
    }
}
