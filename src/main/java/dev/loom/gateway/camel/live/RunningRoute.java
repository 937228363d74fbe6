package dev.loom.gateway.camel.live;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Endpoint;
import org.apache.camel.EndpointAware;
import org.apache.camel.Route;
import org.apache.camel.Service;
import org.apache.camel.component.direct.DirectConsumer;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumerAware;
import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.KameletDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/**
 * A route that runs, and what it consists of.
 *
 * @param definition of which it was made; Camel does not keep it with the route
 */
record RunningRoute(Route route, RouteDefinition definition) {

    /** Null if none of that id runs. */
    static @Nullable RunningRoute of(ModelCamelContext context, @Nullable String id) {
        Route route = id == null ? null : context.getRoute(id);
        return route == null ? null : new RunningRoute(route, context.getRouteDefinition(id));
    }

    static Stream<RunningRoute> all(ModelCamelContext context) {
        return context.getRoutes().stream()
                .map(route -> new RunningRoute(route, context.getRouteDefinition(route.getRouteId())));
    }

    String id() {
        return route.getRouteId();
    }

    /** All that has to be stopped with it, what it does about exceptions included. */
    Set<Service> services() {
        List<Object> roots = new ArrayList<>(route.getServices());
        roots.addAll(route.getOnExceptions());
        roots.addAll(route.getOnCompletions());
        return roots.stream()
                .filter(Service.class::isInstance)
                .flatMap(root -> ServiceHelper.getChildServices((Service) root, true).stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Those of its steps, and that at which it begins; not those that a step chooses anew for each message. */
    Set<Endpoint> endpoints() {
        Set<Endpoint> endpoints = services().stream()
                .filter(EndpointAware.class::isInstance)
                .map(service -> ((EndpointAware) service).getEndpoint())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        endpoints.add(route.getEndpoint());
        // Some steps, such as a wire tap, do not tell theirs.
        uris().map(this::endpoint).forEach(endpoints::add);
        endpoints.remove(null);
        return endpoints;
    }

    private Stream<String> uris() {
        Collection<EndpointRequiredDefinition> steps = ProcessorDefinitionHelper.filterTypeInOutputs(
                definition.getOutputs(), EndpointRequiredDefinition.class);
        Collection<KameletDefinition> kamelets =
                ProcessorDefinitionHelper.filterTypeInOutputs(definition.getOutputs(), KameletDefinition.class);
        Collection<ToDynamicDefinition> dynamic =
                ProcessorDefinitionHelper.filterTypeInOutputs(definition.getOutputs(), ToDynamicDefinition.class);
        return Stream.of(
                        steps.stream().map(EndpointRequiredDefinition::getEndpointUri),
                        dynamic.stream().map(ToDynamicDefinition::getUri),
                        kamelets.stream().map(kamelet -> "kamelet://" + kamelet.getName()))
                .flatMap(uris -> uris)
                .filter(Objects::nonNull);
    }

    /** Null where it has none yet, or is a text of which the endpoint's name is made for each message. */
    private @Nullable Endpoint endpoint(String uri) {
        try {
            return route.getCamelContext().hasEndpoint(uri);
        } catch (RuntimeException e) {
            return null;
        }
    }

    /** The URI at which it begins, as it stands in its file. */
    String beginning() {
        return definition.getInput().getEndpointUri();
    }

    /**
     * Lets nothing new in by an HTTP path, behind which a new generation may have opened the same one already, or by a hook.
     * Other addresses may still be called by a request under way. The route's own consumer would stop all of its steps.
     */
    void closePath() {
        if (route.getConsumer() instanceof PlatformHttpConsumerAware path) {
            ServiceHelper.stopService(path.getPlatformHttpConsumer());
        }
        if (Beginnings.isHook(beginning()) && route.getConsumer() instanceof DirectConsumer hook) {
            ServiceHelper.suspendService(hook);
        }
    }

    /** Whether it begins where a Kamelet is called, or where one calls. */
    boolean isOfKamelet() {
        return route.getEndpoint() instanceof KameletEndpoint;
    }

    /** Other consumers, such as timers, would all be at work twice. */
    boolean canWorkBesideAnother() {
        Object consumer = route.getConsumer();
        return isOfKamelet()
                || consumer instanceof PlatformHttpConsumerAware
                || (consumer instanceof DirectConsumer direct
                        && ((DefaultEndpoint) direct.getEndpoint()).getComponent() instanceof SwappableDirect);
    }
}
