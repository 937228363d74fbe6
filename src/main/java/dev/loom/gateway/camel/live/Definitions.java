package dev.loom.gateway.camel.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.model.Model;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.RouteConfigurationDefinition;
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
     * What a file holds.
     *
     * @param templates ids of those that are in use now
     * @param configurations ids of route configurations that are in use now
     */
    public record Loaded(List<RouteDefinition> routes, Set<String> templates, Set<String> configurations) {}

    /**
     * Loads a file. Its templates and route configurations take the place of those with the same id at once; its routes are
     * only returned.
     *
     * @throws Exception what is wrong with the file
     */
    public Loaded load(Resource file) throws Exception {
        List<RouteTemplateDefinition> templates = List.copyOf(model.getRouteTemplateDefinitions());
        List<RouteConfigurationDefinition> configurations = List.copyOf(model.getRouteConfigurationDefinitions());
        List<RouteDefinition> routes = new ArrayList<>();
        for (RoutesBuilder builder : PluginHelper.getRoutesLoader(context).findRoutesBuilders(file)) {
            if (builder instanceof RouteConfigurationBuilder holder) {
                holder.updateRouteConfigurationsToCamelContext(context);
            }
            routes.addAll(collect(() -> {
                builder.addRoutesToCamelContext(context);
                builder.addTemplatedRoutesToCamelContext(context);
            }));
        }
        Set<String> loaded = added(templates, model.getRouteTemplateDefinitions());
        for (RouteTemplateDefinition old : templates) {
            if (loaded.contains(old.getId())) {
                model.removeRouteTemplateDefinition(old);
            }
        }
        return new Loaded(routes, loaded, added(configurations, model.getRouteConfigurationDefinitions()));
    }

    private static <T extends OptionalIdentifiedDefinition<T>> Set<String> added(List<T> before, List<T> now) {
        return now.stream()
                .filter(definition -> !before.contains(definition))
                .map(OptionalIdentifiedDefinition::getId)
                .collect(Collectors.toSet());
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
        model.setRouteFilter(
                route -> Thread.currentThread() == here ? !collected.add(route) : usual == null || usual.apply(route));
        try {
            addition.run();
        } finally {
            model.setRouteFilter(usual);
        }
        return collected;
    }
}
