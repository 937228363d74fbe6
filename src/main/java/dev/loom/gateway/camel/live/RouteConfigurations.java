package dev.loom.gateway.camel.live;

import dev.loom.gateway.config.yaml.Suggestion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PatternHelper;
import org.jspecify.annotations.Nullable;

/**
 * Route configurations and their files. Camel does not note from which file one is, so it would never end with it, and one
 * without an id reaches every route that names none.
 */
final class RouteConfigurations {

    /** Stands for the id of one that has none, as it does in Camel. */
    static final String EVERYWHERE = "*";

    private final ModelCamelContext context;

    RouteConfigurations(ModelCamelContext context) {
        this.context = context;
    }

    static String id(RouteConfigurationDefinition configuration) {
        // Camel makes ids up, and a made-up one keeps it from every route.
        return configuration.hasCustomIdAssigned() ? configuration.getId() : EVERYWHERE;
    }

    /** Notes the file with those that Camel has loaded from it. */
    void note(Path file, Resource text) {
        Beginnings names = new Beginnings();
        names.read(file.toString(), RouteTexts.text(text));
        for (RouteConfigurationDefinition each : context.getRouteConfigurationDefinitions()) {
            if (each.getResource() == null && isFrom(file, each, names)) {
                each.setResource(text);
            }
        }
    }

    /** By its parts, which Camel does note; one without any, which is an error handler, by its id. */
    private static boolean isFrom(Path file, RouteConfigurationDefinition configuration, Beginnings names) {
        return parts(configuration)
                .findFirst()
                .map(part -> part.getLocation() != null && RouteTexts.isFrom(file, part.getLocation()))
                .orElseGet(() ->
                        names.hasConfiguration(configuration.hasCustomIdAssigned() ? configuration.getId() : null));
    }

    private static Stream<ProcessorDefinition<?>> parts(RouteConfigurationDefinition configuration) {
        return Stream.of(
                        configuration.getOnExceptions(),
                        configuration.getOnCompletions(),
                        configuration.getIntercepts(),
                        configuration.getInterceptFroms(),
                        configuration.getInterceptSendTos())
                .flatMap(Collection::stream);
    }

    /**
     * Routes in which those of a file can be looked at, since by themselves they are nothing that can be made.
     *
     * @param context in which the file has been loaded
     */
    static List<Definitions.Loaded> asRoutes(ModelCamelContext context, Resource file) {
        List<Definitions.Loaded> routes = new ArrayList<>();
        for (RouteConfigurationDefinition each : context.getRouteConfigurationDefinitions()) {
            if (RouteTexts.isSame(file, each.getResource())) {
                routes.add(new Definitions.Loaded(asRoute(each, routes.size() + 1), null));
            }
        }
        return routes;
    }

    private static RouteDefinition asRoute(RouteConfigurationDefinition configuration, int number) {
        String id = configuration.hasCustomIdAssigned() ? configuration.getId() + " " : "";
        RouteDefinition route = new RouteDefinition("direct:loom-configured");
        // A route of the file may have the configuration's id, and none is to reach this one.
        route.setId(id + "(routeConfiguration " + number + ")");
        route.setRouteConfigurationId(route.getId());
        parts(configuration).forEach(part -> route.getOutputs().add(part));
        route.stop();
        return route;
    }

    /** The route's own steps, to be read and not to be made: Camel has put the parts of configurations among them. */
    static RouteDefinition without(ModelCamelContext context, RouteDefinition route) {
        Set<ProcessorDefinition<?>> built = context.getRouteConfigurationDefinitions().stream()
                .flatMap(RouteConfigurations::parts)
                .collect(Collectors.toSet());
        RouteDefinition own = new RouteDefinition();
        own.setId(route.getRouteId());
        own.setInput(route.getInput());
        own.setTemplateParameters(route.getTemplateParameters());
        route.getOutputs().stream().filter(step -> !built.contains(step)).forEach(own.getOutputs()::add);
        return own;
    }

    /** Takes those of a file away, for routes that are made from now on. */
    void withdraw(Path file) {
        context.getRouteConfigurationDefinitions().removeIf(each -> RouteTexts.isFrom(file, each.getResource()));
    }

    /** Whether a route has one of these built in, or would have. */
    static boolean reach(Set<String> ids, RouteDefinition route) {
        if (route.getRouteConfigurationId() == null) {
            return ids.contains(EVERYWHERE);
        }
        return !ids.isEmpty()
                && named(route)
                        .anyMatch(name -> name.contains("{{")
                                || ids.stream().anyMatch(id -> PatternHelper.matchPattern(id, name)));
    }

    /** With the spaces around them, with which Camel finds none. */
    private static Stream<String> named(RouteDefinition route) {
        String ids = route.getRouteConfigurationId();
        return ids == null ? Stream.of() : Stream.of(ids.split(",", -1));
    }

    /**
     * Ids that are taken, ids that routes of other files name and that would be gone, and names that none has; empty if there
     * is none.
     *
     * @param written ids of those that stand in any file: Camel does not know one that its precondition switches off
     */
    List<String> problems(
            Path file, Definitions.Contents before, Definitions.Contents now, Set<String> written, List<String> lines) {
        Set<String> elsewhere = context.getRouteConfigurationDefinitions().stream()
                .filter(each -> !RouteTexts.isFrom(file, each.getResource()))
                .map(RouteConfigurations::id)
                .collect(Collectors.toCollection(TreeSet::new));
        List<String> problems = new ArrayList<>();
        for (String id : now.configurations()) {
            if (!id.equals(EVERYWHERE) && elsewhere.contains(id)) {
                problems.add("line " + RouteMistake.line(lines, id, "") + ": the id '" + id
                        + "' is taken by a route configuration" + of(id) + "; give yours another id");
            }
        }
        elsewhere.addAll(now.configurations());
        elsewhere.addAll(written);
        for (RouteDefinition route : context.getRouteDefinitions()) {
            exact(route)
                    .filter(id -> before.configurations().contains(id) && !elsewhere.contains(id))
                    .filter(id -> !RouteTexts.isFrom(file, route.getResource()))
                    .forEach(id -> problems.add(RouteTexts.named(route)
                            + " names the route configuration '" + id
                            + "'; leave it there, or take its name out first"));
        }
        for (Definitions.Loaded loaded : now.routes()) {
            RouteDefinition route = loaded.route();
            exact(route)
                    .filter(id -> !elsewhere.contains(id))
                    .forEach(id -> problems.add("line " + RouteMistake.line(lines, route.getRouteId(), id) + ": "
                            + nobody(id, route, elsewhere)));
        }
        return problems;
    }

    /**
     * Of those that have been withdrawn, the ones that routes still name, each with these routes.
     *
     * @param ids of those that the file had
     * @param coming files that bring their own
     */
    List<String> missed(Set<String> ids, Collection<Path> coming) {
        List<String> told = new ArrayList<>();
        Set<String> missed = new TreeSet<>(ids);
        missed.removeAll(RouteAddresses.of(coming).configurations());
        for (String id : missed) {
            String routes = context.getRouteDefinitions().stream()
                    .filter(route -> exact(route).anyMatch(id::equals))
                    .map(RouteTexts::named)
                    .collect(Collectors.joining(", "));
            if (!id.equals(EVERYWHERE) && !routes.isEmpty()) {
                told.add("its route configuration '" + id + "' is still named by " + routes
                        + ", which keeps the gateway from its next start");
            }
        }
        return told;
    }

    /** Without patterns, which may match none. */
    private static Stream<String> exact(RouteDefinition route) {
        return named(route).filter(name -> !name.contains("*") && !name.contains("{"));
    }

    private static String nobody(String id, RouteDefinition route, Set<String> known) {
        if (SpacedNames.isOne(id)) {
            return SpacedNames.problem(id, route.getRouteConfigurationId());
        }
        String meant = Suggestion.of(id, known);
        return "there is no route configuration '" + id + "'; "
                + (meant.isEmpty() ? "add one, or correct the name" : meant.replaceFirst("^; ", ""));
    }

    private String of(String id) {
        return context.getRouteConfigurationDefinitions().stream()
                .filter(each -> id(each).equals(id))
                .findFirst()
                .map(each -> of(each.getResource()))
                .orElse("");
    }

    private static String of(@Nullable Resource file) {
        return file == null ? "" : " of " + file.getLocation().replaceFirst("^file:", "");
    }
}
