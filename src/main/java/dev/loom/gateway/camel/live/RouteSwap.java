package dev.loom.gateway.camel.live;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.LifecycleStrategy;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Puts routes in the place of others. Camel itself would stop the old ones first, and refuse requests until their last
 * exchange is done. Here the new generation starts beside the old one and takes over its endpoints; the old one leaves
 * Camel's books at once, so that JMX and metrics know one route of each id, and is stopped when nobody uses it.
 *
 * <p>Not thread-safe: one thread changes routes.
 */
public final class RouteSwap {

    private final ModelCamelContext context;
    private final Consumer<Runnable> later;

    /** Of each id the route that was taken out last: Camel still knows how to stop that one. */
    private final Map<String, RunningRoute> lastOut = new HashMap<>();

    /** @param later where everything ends up that is to be done when nobody uses an old route any more */
    public RouteSwap(CamelContext context, Consumer<Runnable> later) {
        this.context = (ModelCamelContext) context;
        this.later = later;
    }

    /** As {@link #replace(List, Set)}, for one route. */
    public void replace(RouteDefinition next) throws Exception {
        replace(List.of(next), Set.of());
    }

    /**
     * Starts routes, in the place of those with their ids and of some that are to go.
     *
     * @throws Exception if one of them cannot be started; the old ones then run as before, newly made
     */
    public void replace(List<RouteDefinition> next, Set<String> gone) throws Exception {
        Set<String> ids = new LinkedHashSet<>(gone);
        next.forEach(route -> ids.add(route.getRouteId()));
        List<RouteDefinition> before = context.getRouteDefinitions().stream()
                .filter(route -> ids.contains(route.getRouteId()))
                .toList();
        List<RunningRoute> old = takeOut(ids);
        try {
            makeRoom(old, next);
            start(next);
        } catch (Exception e) {
            takeOut(ids).forEach(this::leave);
            start(before);
            throw e;
        } finally {
            old.forEach(this::leave);
        }
    }

    /** A Kamelet can have one consumer only: those who call it now wait until the new one is there. */
    private static void makeRoom(List<RunningRoute> old, List<RouteDefinition> next) {
        Set<String> wanted =
                next.stream().map(route -> route.getInput().getEndpointUri()).collect(Collectors.toSet());
        old.stream()
                .filter(RunningRoute::isOfKamelet)
                .filter(route -> wanted.contains(route.beginning()))
                .forEach(route -> ServiceHelper.suspendService(route.route().getConsumer()));
    }

    /** Not by Camel's own way to add routes: that would stop those of the same names, which are still in use. */
    private void start(List<RouteDefinition> routes) throws Exception {
        for (RouteDefinition route : routes) {
            context.getModelLifecycleStrategies().forEach(strategy -> strategy.onAddRouteDefinition(route));
            context.getRouteDefinitions().add(route);
            // A start makes all routes itself, and to make one takes what intercepts its steps out of the definition.
            if (context.isStarted()) {
                context.startRouteDefinitions(List.of(route));
            }
        }
    }

    /** Takes a route away: from now on nothing new comes in through an HTTP path of it. */
    public void remove(String id) {
        takeOut(Set.of(id)).forEach(this::leave);
    }

    /** @return those that work on until they have to {@link #leave} */
    private List<RunningRoute> takeOut(Set<String> ids) {
        List<RunningRoute> out = new ArrayList<>();
        for (String id : ids) {
            RunningRoute route = RunningRoute.of(context, id);
            if (route != null && route.canWorkBesideAnother()) {
                detach(route);
                out.add(route);
            } else if (route != null) {
                Set<Endpoint> endpoints = route.endpoints();
                stop(route);
                endKameletsOnlyOf(endpoints);
            }
        }
        context.getRouteDefinitions().removeIf(route -> ids.contains(route.getRouteId()));
        return out;
    }

    /** Out of the books of Camel, as if it were gone; it works on. */
    private void detach(RunningRoute old) {
        ExtendedCamelContext books = context.getCamelContextExtension();
        Route route = old.route();
        books.removeRoute(route);
        books.getRouteStartupOrder().removeIf(order -> order.getRoute() == route);
        for (LifecycleStrategy strategy : context.getLifecycleStrategies()) {
            // First the steps: with the route Camel forgets their names, and their MBeans would stay.
            old.services().forEach(service -> strategy.onServiceRemove(context, service, route));
            strategy.onRoutesRemove(List.of(route));
        }
        lastOut.put(old.id(), old);
    }

    private void leave(RunningRoute old) {
        old.closePath();
        endKameletsOnlyOf(old.endpoints());
        later.accept(() -> end(old));
    }

    private void end(RunningRoute old) {
        Set<Endpoint> endpoints = old.endpoints();
        if (lastOut.remove(old.id(), old) && context.getRoute(old.id()) == null) {
            stop(old);
        } else {
            ServiceHelper.stopAndShutdownServices(List.copyOf(old.services()));
            removePolicies(old);
        }
        endpoints.removeAll(endpointsInUse());
        endpoints.forEach(this::close);
    }

    /** Camel's own way, by its id, and with all that Camel keeps of it. */
    private void stop(RunningRoute route) {
        try {
            context.getRouteController().stopRoute(route.id());
            context.removeRoute(route.id());
        } catch (Exception e) {
            throw new IllegalStateException("Route " + route.id() + " cannot be removed", e);
        }
        removePolicies(route);
    }

    /** Camel makes a service of each route's policies, for as long as it runs itself. */
    private void removePolicies(RunningRoute old) {
        Set<RoutePolicy> inUse = context.getRoutes().stream()
                .flatMap(route -> route.getRoutePolicyList().stream())
                .collect(Collectors.toSet());
        for (RoutePolicy policy : old.route().getRoutePolicyList()) {
            if (!inUse.contains(policy)) {
                removeService(policy);
            }
        }
    }

    private void removeService(RoutePolicy policy) {
        try {
            ServiceHelper.stopAndShutdownService(policy);
            context.removeService(policy);
        } catch (Exception e) {
            throw new IllegalStateException("A route policy that is no longer used cannot be removed", e);
        }
    }

    /**
     * Behind the endpoint of a Kamelet stands a route of its own. Whoever names the same Kamelet again gets another one.
     *
     * @param endpoints those of a route that is going; what others still use stays
     */
    private void endKameletsOnlyOf(Set<Endpoint> endpoints) {
        Set<Endpoint> inUse = endpointsInUse();
        for (Endpoint endpoint : endpoints) {
            if (endpoint instanceof KameletEndpoint kamelet && isUse(kamelet) && !inUse.contains(kamelet)) {
                close(kamelet);
                remove(kamelet.getRouteId());
            }
        }
    }

    /** Whether it names a Kamelet, as a route that uses it does; a Kamelet itself begins and ends in others. */
    static boolean isUse(KameletEndpoint endpoint) {
        return endpoint.getKameletProperties().containsKey("templateId");
    }

    private void close(Endpoint endpoint) {
        try {
            context.removeEndpoint(endpoint);
        } catch (Exception e) {
            throw new IllegalStateException("An endpoint that is no longer used cannot be closed", e);
        }
    }

    private Set<Endpoint> endpointsInUse() {
        return RunningRoute.all(context)
                .flatMap(route -> route.endpoints().stream())
                .collect(Collectors.toSet());
    }
}
