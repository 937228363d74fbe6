package dev.loom.gateway.camel.live;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.model.Model;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.TemplatedRouteDefinition;
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
     * A route that a file holds.
     *
     * @param template of which it is an instance, null where it stands in the file itself
     */
    public record Loaded(RouteDefinition route, @Nullable String template) {}

    /**
     * What a file holds.
     *
     * @param templates ids of those that are in use now
     * @param configurations ids of route configurations that are in use now, as {@link RouteConfigurations#id} tells them
     */
    public record Contents(List<Loaded> routes, Set<String> templates, Set<String> configurations) {

        static final Contents NOTHING = new Contents(List.of(), Set.of(), Set.of());

        /** Of its routes. */
        Set<String> ids() {
            return ids(routes.stream());
        }

        /** Of those of its routes that are instances of a template. */
        Set<String> instances() {
            return ids(routes.stream().filter(loaded -> loaded.template() != null));
        }

        private static Set<String> ids(Stream<Loaded> routes) {
            return routes.map(loaded -> loaded.route().getRouteId())
                    .filter(Objects::nonNull)
                    .collect(Collectors.toSet());
        }
    }

    /**
     * Loads a file. Its templates and route configurations take the place of those with the same id at once; its routes are
     * only returned.
     *
     * @throws Exception what is wrong with the file
     */
    public Contents load(Resource file) throws Exception {
        Set<String> configurations = new HashSet<>();
        List<Loaded> routes = new ArrayList<>();
        Set<String> templates = new HashSet<>();
        for (RoutesBuilder builder : PluginHelper.getRoutesLoader(context).findRoutesBuilders(file)) {
            if (builder instanceof RouteConfigurationBuilder holder) {
                configurations.addAll(replaceConfigurations(file, holder));
            }
            List<RouteTemplateDefinition> before = List.copyOf(model.getRouteTemplateDefinitions());
            collect(() -> builder.addRoutesToCamelContext(context))
                    .forEach(route -> routes.add(new Loaded(route, null)));
            templates.addAll(replaceTemplates(before));
            routes.addAll(instances((RouteBuilder) builder));
        }
        return new Contents(routes, templates, configurations);
    }

    /**
     * Those of the same file go, and the new ones stand where a start would put them, by the name of the file: of two error
     * handlers the later one counts. Camel's own way to update them gives ids to all that have none, and then they reach no
     * route any more.
     */
    private Set<String> replaceConfigurations(Resource file, RouteConfigurationBuilder holder) throws Exception {
        List<RouteConfigurationDefinition> all = model.getRouteConfigurationDefinitions();
        all.removeIf(each -> RouteTexts.isSame(file, each.getResource()));
        List<RouteConfigurationDefinition> others = List.copyOf(all);
        holder.addRouteConfigurationsToCamelContext(context);
        List<RouteConfigurationDefinition> added =
                all.stream().filter(each -> !others.contains(each)).toList();
        added.forEach(each -> each.setResource(file));
        all.removeAll(added);
        all.addAll(place(file, others), added);
        return added.stream().map(RouteConfigurations::id).collect(Collectors.toSet());
    }

    private static int place(Resource file, List<RouteConfigurationDefinition> others) {
        int place = 0;
        while (place < others.size()
                && !RouteTexts.isBefore(file, others.get(place).getResource())) {
            place++;
        }
        return place;
    }

    /** Two of the same id may stand beside each other, and then the first one counts. */
    private Set<String> replaceTemplates(List<RouteTemplateDefinition> before) throws Exception {
        Set<String> loaded = added(before, model.getRouteTemplateDefinitions());
        for (RouteTemplateDefinition old : before) {
            if (loaded.contains(old.getId())) {
                model.removeRouteTemplateDefinition(old);
            }
        }
        return loaded;
    }

    private List<Loaded> instances(RouteBuilder builder) throws Exception {
        List<Loaded> instances = new ArrayList<>();
        for (TemplatedRouteDefinition templated :
                builder.getTemplatedRouteCollection().getTemplatedRoutes()) {
            RouteDefinition route = instance(templated.getRouteId(), () -> model.addRouteFromTemplatedRoute(templated));
            instances.add(new Loaded(route, templated.getRouteTemplateRef()));
        }
        return instances;
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
    public RouteDefinition instance(@Nullable String routeId, Addition addition) throws Exception {
        RouteDefinition running = routeId == null ? null : model.getRouteDefinition(routeId);
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
