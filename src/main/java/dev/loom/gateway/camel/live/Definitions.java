package dev.loom.gateway.camel.live;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.jspecify.annotations.Nullable;

/**
 * Routes as definitions, not running yet. Camel can only add routes to a context, after it has stopped those of the same
 * name; so it is let to, with a filter in front that keeps the definitions and lets none through.
 */
public final class Definitions {

    /** Adds routes to the context. */
    @FunctionalInterface
    public interface Addition {
        void run() throws Exception;
    }

    private final CamelContext context;
    private final Model model;

    public Definitions(CamelContext context) {
        this.context = context;
        this.model = context.getCamelContextExtension().getContextPlugin(Model.class);
    }

    /**
     * The routes of a file. Its templates and route configurations take the place of those with the same id at once.
     *
     * @throws Exception what is wrong with the file
     */
    public List<RouteDefinition> of(Resource file) throws Exception {
        List<RouteDefinition> routes = new ArrayList<>();
        for (RoutesBuilder builder : PluginHelper.getRoutesLoader(context).findRoutesBuilders(file)) {
            List<RouteTemplateDefinition> before = List.copyOf(model.getRouteTemplateDefinitions());
            if (builder instanceof RouteConfigurationBuilder configurations) {
                configurations.updateRouteConfigurationsToCamelContext(context);
            }
            routes.addAll(collect(() -> {
                builder.addRoutesToCamelContext(context);
                builder.addTemplatedRoutesToCamelContext(context);
            }));
            forgetReplaced(before);
        }
        return routes;
    }

    private void forgetReplaced(List<RouteTemplateDefinition> before) throws Exception {
        for (RouteTemplateDefinition old : before) {
            boolean replaced = model.getRouteTemplateDefinitions().stream()
                    .anyMatch(now -> now != old && now.getId().equals(old.getId()));
            if (replaced) {
                model.removeRouteTemplateDefinition(old);
            }
        }
    }

    /**
     * An instance of a template, to take the place of the route with this id.
     *
     * @param addition adds the instance
     */
    public RouteDefinition instance(String routeId, Addition addition) throws Exception {
        @Nullable RouteDefinition running = model.getRouteDefinition(routeId);
        model.getRouteDefinitions().remove(running);
        try {
            return collect(addition).get(0);
        } finally {
            if (running != null) {
                model.getRouteDefinitions().add(running);
            }
        }
    }

    private List<RouteDefinition> collect(Addition addition) throws Exception {
        List<RouteDefinition> collected = new ArrayList<>();
        Function<RouteDefinition, Boolean> usual = model.getRouteFilter();
        Thread here = Thread.currentThread();
        model.setRouteFilter(route -> Thread.currentThread() == here
                ? !collected.add(route)
                : usual == null || usual.apply(route));
        try {
            addition.run();
        } finally {
            model.setRouteFilter(usual);
        }
        return collected;
    }
}
