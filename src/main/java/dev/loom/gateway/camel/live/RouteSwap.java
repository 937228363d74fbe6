package dev.loom.gateway.camel.live;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.EndpointAware;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.Route;
import org.apache.camel.Service;
import org.apache.camel.component.direct.DirectConsumer;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumerAware;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.LifecycleStrategy;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Puts a route in the place of one with the same id. Camel itself would stop the old one first, and refuse requests until
 * its last exchange is done. Here the new generation starts beside the old one and takes over its endpoint; the old one
 * leaves Camel's books at once, so that JMX and metrics know one route of that id, and is stopped when nobody uses it.
 *
 * <p>Not thread-safe: one thread changes routes.
 */
public final class RouteSwap {

    private final ModelCamelContext context;

    public RouteSwap(CamelContext context) {
        this.context = (ModelCamelContext) context;
    }

    /**
     * Starts a route, in the place of the one with its id if there is one.
     *
     * @return what stops the old generation; to be run when no exchange is in it any more
     * @throws Exception if it cannot be started; the old one then runs as before, newly made
     */
    public Runnable replace(RouteDefinition next) throws Exception {
        Route old = context.getRoute(next.getRouteId());
        if (old == null || !canBeSwapped(old)) {
            context.addRouteDefinition(next);
            return () -> {};
        }
        RouteDefinition before = context.getRouteDefinition(next.getRouteId());
        detach(old);
        if (isKamelet(old)) {
            // Those who call it now wait until the new generation is there.
            ServiceHelper.suspendService(old.getConsumer());
        }
        context.getRouteDefinitions().remove(before);
        context.getRouteDefinitions().add(next);
        try {
            context.startRouteDefinitions(List.of(next));
        } catch (Exception e) {
            context.addRouteDefinition(before);
            throw e;
        }
        return retire(old);
    }

    /**
     * Takes a route away: from now on nothing new comes in through an HTTP path of it.
     *
     * @return what stops it; to be run when no exchange is in it any more
     */
    public Runnable remove(String id) {
        Route route = context.getRoute(id);
        if (route == null) {
            return () -> {};
        }
        closePath(route);
        return () -> {
            try {
                context.getRouteController().stopRoute(id);
                context.removeRoute(id);
            } catch (Exception e) {
                throw new IllegalStateException("Route " + id + " cannot be removed", e);
            }
        };
    }

    /** Other consumers, such as timers, would all be at work twice; Camel's own way is good enough for them. */
    private static boolean canBeSwapped(Route route) {
        Consumer consumer = route.getConsumer();
        return isKamelet(route)
                || consumer instanceof PlatformHttpConsumerAware
                || (consumer instanceof DirectConsumer
                        && ((DefaultEndpoint) consumer.getEndpoint()).getComponent() instanceof SwappableDirect);
    }

    private static boolean isKamelet(Route route) {
        return route.getEndpoint() instanceof KameletEndpoint;
    }

    /** Out of the books of Camel, as if it were gone; it works on. */
    private void detach(Route old) {
        ExtendedCamelContext books = context.getCamelContextExtension();
        books.removeRoute(old);
        books.getRouteStartupOrder().removeIf(order -> order.getRoute() == old);
        for (LifecycleStrategy strategy : context.getLifecycleStrategies()) {
            strategy.onRoutesRemove(List.of(old));
            services(old).forEach(service -> strategy.onServiceRemove(context, service, old));
        }
    }

    private Runnable retire(Route old) {
        closePath(old);
        return () -> {
            Set<Endpoint> endpoints = endpoints(old);
            ServiceHelper.stopAndShutdownServices(List.copyOf(old.getServices()));
            endpoints.removeAll(endpointsInUse());
            endpoints.forEach(this::close);
        };
    }

    /**
     * Closes the path alone, behind which a new generation may have opened the same one already; the route's own consumer
     * would stop all of its steps.
     */
    private static void closePath(Route route) {
        if (route.getConsumer() instanceof PlatformHttpConsumerAware path) {
            ServiceHelper.stopService(path.getPlatformHttpConsumer());
        }
    }

    private void close(Endpoint endpoint) {
        try {
            context.removeEndpoint(endpoint);
        } catch (Exception e) {
            throw new IllegalStateException("An endpoint that is no longer used cannot be closed", e);
        }
    }

    private Set<Endpoint> endpointsInUse() {
        return context.getRoutes().stream()
                .flatMap(route -> endpoints(route).stream())
                .collect(Collectors.toSet());
    }

    private static Set<Endpoint> endpoints(Route route) {
        Set<Endpoint> endpoints = services(route).stream()
                .filter(EndpointAware.class::isInstance)
                .map(service -> ((EndpointAware) service).getEndpoint())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        endpoints.add(route.getEndpoint());
        return endpoints;
    }

    private static Set<Service> services(Route route) {
        return route.getServices().stream()
                .flatMap(service -> ServiceHelper.getChildServices(service, true).stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
