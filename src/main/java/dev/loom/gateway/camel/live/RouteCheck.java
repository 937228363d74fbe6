package dev.loom.gateway.camel.live;

import dev.loom.gateway.camel.observe.LogFormat;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.ResourceAware;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What can be said of route files while no gateway runs: their form, their expressions, and the names in them, but of endpoints
 * the components and options alone.
 *
 * @param files all of the routes
 * @param kamelets where those are that the files may name
 * @param beans names of those that the gateway binds
 * @param settings Camel's, which texts may name in double braces
 * @param whole whether nobody adds other routes and beans, such as those in Java
 */
public record RouteCheck(List<Path> files, String kamelets, Set<String> beans, Properties settings, boolean whole) {

    private static final Logger LOG = LoggerFactory.getLogger(RouteCheck.class);

    private static final String FILE = "file:";

    /** What would end a start without a word: the name of the file, or that it is nested too deep, or too long. */
    public static List<String> unfit(Path file, String text) {
        return RouteTexts.unfit(file, text);
    }

    /** Beans that a start would put in the place of the gateway's own. What is no YAML, Camel tells. */
    public static List<String> ownBeans(Path file, String text) {
        if (!text.contains("beans:") || !RouteTexts.unfit(file, text).isEmpty()) {
            return List.of();
        }
        try {
            return OwnBeans.problems(ResourceHelper.fromString(file.toString(), text));
        } catch (UncheckedIOException e) {
            LOG.debug("{} is no YAML", file, e);
            return List.of();
        }
    }

    /** What would fail with the first message, once all routes are loaded, those in Java included; each with its place. */
    public static List<String> loaded(CamelContext context) {
        ModelCamelContext model = (ModelCamelContext) context;
        List<RouteDefinition> routes = model.getRouteDefinitions();
        List<String> problems = new ArrayList<>(RouteAddresses.unheard(routes));
        RouteNames names = new RouteNames(context, RouteNames.bound(context), true);
        Map<String, Resource> files = new LinkedHashMap<>();
        Stream.of(routes, model.getRouteTemplateDefinitions(), model.getRouteConfigurationDefinitions())
                .flatMap(definitions -> definitions.stream().map(ResourceAware::getResource))
                .filter(file -> file != null && file.getLocation().startsWith(FILE))
                .forEach(file -> files.putIfAbsent(file.getLocation(), file));
        for (Resource file : files.values()) {
            List<Definitions.Loaded> found = new ArrayList<>(RouteConfigurations.asRoutes(model, file));
            found.addAll(Templates.asRoutes(model, file));
            routes.stream()
                    .filter(route -> !Boolean.TRUE.equals(route.isTemplate()))
                    .filter(route -> RouteTexts.isSame(file, route.getResource()))
                    .map(route -> RouteConfigurations.without(model, route))
                    .forEach(route -> found.add(new Definitions.Loaded(route, null)));
            RouteExpressions.problems(context, names, found, RouteTexts.lines(file))
                    .forEach(problem -> problems.add(file.getLocation().substring(FILE.length()) + ": " + problem));
        }
        return problems;
    }

    /** What is wrong with one of the files, each with its place; empty if nothing is. */
    public List<String> problems(Path file) {
        try {
            return LogFormat.quietly(() -> check(file));
        } catch (Exception | StackOverflowError e) {
            return List.of(InvalidRoutes.described(file, e));
        }
    }

    private List<String> check(Path file) throws Exception {
        Resource text = RouteTexts.read(file);
        List<String> unreadable = RouteTexts.unreadable(file, text);
        List<String> problems = unreadable.isEmpty() ? RouteFileSchema.problems(text) : unreadable;
        return problems.isEmpty() ? named(file, text) : problems;
    }

    private List<String> named(Path file, Resource text) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.disableJMX();
            context.getPropertiesComponent().setInitialProperties(settings);
            context.build();
            context.getComponent("kamelet", KameletComponent.class).setLocation(kamelets);
            Definitions definitions = new Definitions(context);
            others(file).forEach(other -> loadInto(definitions, other));
            List<Definitions.Loaded> routes =
                    new ArrayList<>(definitions.load(text).routes());
            routes.addAll(RouteConfigurations.asRoutes(context, text));
            routes.addAll(Templates.asRoutes(context, text));
            List<String> lines = RouteTexts.lines(text);
            List<String> problems = new ArrayList<>(
                    RouteExpressions.problems(context, new RouteNames(context, beans, whole), routes, lines));
            problems.addAll(RouteAddresses.problems(
                    routes, whole ? RouteAddresses.begunIn(others(file).toList()) : null, lines));
            return problems;
        }
    }

    private Stream<Path> others(Path file) {
        return files.stream().filter(other -> !other.equals(file));
    }

    /** For its beans and templates. What is wrong with it is told with itself. */
    private static void loadInto(Definitions definitions, Path file) {
        try {
            Resource text = RouteTexts.read(file);
            String read = RouteTexts.text(text);
            if (RouteTexts.unreadable(file, text).isEmpty() && (read.contains("beans:") || read.contains("emplate:"))) {
                definitions.load(text);
            }
        } catch (Exception e) {
            LOG.debug("{} cannot be loaded", file, e);
        }
    }
}
