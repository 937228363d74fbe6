package dev.loom.gateway.camel.live;

import dev.loom.gateway.config.yaml.Suggestion;
import dev.loom.gateway.config.yaml.UserFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.spi.Resource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Addresses where nobody is. Camel takes any name behind {@code direct:}, so a hook with a misspelt one would never run, and a
 * step that calls one would fail with the first message.
 */
final class RouteAddresses {

    private static final Logger LOG = LoggerFactory.getLogger(RouteAddresses.class);

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

    /** Each provider of the configuration has one. */
    private static final String PROVIDER = "loom-provider-";

    private static final Pattern OPTIONAL = Pattern.compile("[?&]failIfNoConsumers=false\\b");

    private final List<RouteDefinition> routes;
    private final List<String> lines;
    private final @Nullable Set<String> elsewhere;
    private final Set<String> begun = new HashSet<>();
    private final Set<String> called = new HashSet<>();

    private RouteAddresses(List<RouteDefinition> routes, @Nullable Set<String> elsewhere, List<String> lines) {
        this.routes = routes;
        this.elsewhere = elsewhere;
        this.lines = lines;
    }

    /**
     * Each with its line and route; empty if there is none.
     *
     * @param loaded the routes of one file
     * @param elsewhere names at which the routes of other files begin; null where nobody knows all of them
     * @param lines of the file that the routes are from
     */
    static List<String> problems(List<Definitions.Loaded> loaded, @Nullable Set<String> elsewhere, List<String> lines) {
        List<RouteDefinition> routes =
                loaded.stream().map(Definitions.Loaded::route).toList();
        return new RouteAddresses(routes, elsewhere, lines).problems();
    }

    /** Names behind {@code direct:} at which routes of files begin. */
    static Set<String> begunIn(Collection<Path> files) {
        return of(files).begun().stream().map(RouteAddresses::name).collect(Collectors.toCollection(HashSet::new));
    }

    /** Of what cannot be read, others tell. */
    static Beginnings of(Collection<Path> files) {
        Beginnings beginnings = new Beginnings();
        for (Path file : files) {
            try {
                String text = UserFile.text(file);
                if (RouteTexts.unfit(file, text).isEmpty()) {
                    beginnings.read(file.toString(), text);
                }
            } catch (IOException e) {
                LOG.debug("{} cannot be read", file, e);
            }
        }
        return beginnings;
    }

    /** Calls of addresses where no route begins, once all routes are known; each with its file and line. */
    static List<String> unheard(List<RouteDefinition> all) {
        Set<String> begun = all.stream().map(RouteAddresses::beginning).collect(Collectors.toSet());
        List<String> problems = new ArrayList<>();
        for (RouteDefinition route : all) {
            calls(route)
                    .distinct()
                    .filter(name -> !isOurs(name) && !begun.contains(name))
                    .forEach(name -> problems.add(file(route, name) + nobody(name, Suggestion.of(name, begun))));
        }
        return problems;
    }

    /**
     * Calls of addresses that are gone, each address with its callers.
     *
     * @param gone names behind {@code direct:}
     */
    static List<String> missed(Collection<RouteDefinition> staying, Set<String> gone) {
        List<String> told = new ArrayList<>();
        for (String name : gone) {
            String callers = staying.stream()
                    .filter(route -> !Beginnings.isHook(DIRECT + name))
                    .filter(route -> calls(route).anyMatch(name::equals))
                    .map(RouteTexts::named)
                    .collect(Collectors.joining(", "));
            if (!callers.isEmpty()) {
                told.add("no route begins with " + DIRECT + name + " any more, and it is called by " + callers);
            }
        }
        return told;
    }

    private static String file(RouteDefinition route, String name) {
        Resource file = route.getResource();
        return file == null
                ? "the route '" + route.getRouteId() + "': "
                : file.getLocation().replaceFirst("^file:", "") + ": " + place(route, name, RouteTexts.lines(file));
    }

    private List<String> problems() {
        for (RouteDefinition route : routes) {
            begun.add(beginning(route));
            calls(route).forEach(called::add);
        }
        List<String> problems = new ArrayList<>();
        for (RouteDefinition route : routes) {
            String name = beginning(route);
            String meant = OURS.contains(name) || called.contains(name) ? "" : Suggestion.of(name, OURS);
            if (!meant.isEmpty()) {
                problems.add(place(route, name, lines) + "nobody calls " + DIRECT + name + meant);
            }
            calls(route)
                    .distinct()
                    .filter(call -> !isOurs(call) && !begun.contains(call))
                    .forEach(call -> tell(route, call, problems));
        }
        return problems;
    }

    private void tell(RouteDefinition route, String name, List<String> problems) {
        Set<String> known = new HashSet<>(OURS);
        if (elsewhere != null) {
            known.addAll(elsewhere);
            known.addAll(begun);
        }
        String meant = Suggestion.of(name, known);
        if (elsewhere == null ? !meant.isEmpty() : !elsewhere.contains(name)) {
            problems.add(place(route, name, lines) + nobody(name, meant));
        }
    }

    private static String nobody(String name, String meant) {
        return "no route begins with " + DIRECT + name
                + (meant.isEmpty() ? "; add a route that does, or correct the address" : meant);
    }

    private static boolean isOurs(String name) {
        return OURS.contains(name) || name.startsWith(PROVIDER);
    }

    private static String place(RouteDefinition route, String name, List<String> lines) {
        return "line " + RouteMistake.line(lines, route.getRouteId(), name) + ": the route '" + route.getRouteId()
                + "': ";
    }

    /** The name behind {@code direct:}; empty where it begins elsewhere. */
    static String beginning(RouteDefinition route) {
        return name(route.getInput().getEndpointUri());
    }

    /** The names behind {@code direct:} to which its steps send, and where somebody has to be. */
    static Stream<String> calls(RouteDefinition route) {
        return Stream.of(
                        steps(route, ToDefinition.class).map(ToDefinition::getEndpointUri),
                        steps(route, ToDynamicDefinition.class).map(ToDynamicDefinition::getUri),
                        steps(route, ExpressionNode.class).flatMap(step -> FixedTargets.of(step).stream()))
                .flatMap(uris -> uris)
                .filter(uri -> uri != null
                        && !uri.contains("{")
                        && !OPTIONAL.matcher(uri).find())
                .map(RouteAddresses::name)
                .filter(name -> !name.isEmpty());
    }

    private static <T extends ProcessorDefinition<?>> Stream<T> steps(RouteDefinition route, Class<T> type) {
        return ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), type).stream()
                .filter(step -> !"true".equals(step.getDisabled()));
    }

    /** Empty where a URI is no {@code direct:}. */
    static String name(@Nullable String uri) {
        return uri != null && uri.startsWith(DIRECT) ? Beginnings.plain(uri).substring(DIRECT.length()) : "";
    }
}
