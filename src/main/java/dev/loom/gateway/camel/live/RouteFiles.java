package dev.loom.gateway.camel.live;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.jspecify.annotations.Nullable;

/**
 * Edits of route files and Kamelets, while the gateway runs. A file is checked against Camel's schema and rehearsed before
 * anything that runs is touched; then its routes, and nothing else, are replaced.
 *
 * <p>Not thread-safe: one thread changes routes.
 */
public final class RouteFiles {

    private static final String FILE = "file:";

    private final ModelCamelContext context;
    private final Rehearsal rehearsal;
    private final ProviderRoutes providers;
    private final Retirement retirement;
    private final RouteSwap swap;
    private final Definitions definitions;

    public RouteFiles(ModelCamelContext context, Rehearsal rehearsal, ProviderRoutes providers, Retirement retirement) {
        this.context = context;
        this.rehearsal = rehearsal;
        this.providers = providers;
        this.retirement = retirement;
        this.swap = new RouteSwap(context);
        this.definitions = new Definitions(context);
    }

    /**
     * Takes a file over as it is now.
     *
     * @throws InvalidRoutes what is wrong with it; nothing has changed then
     */
    void take(Path file) throws InvalidRoutes {
        Resource resource = PluginHelper.getResourceLoader(context).resolveResource(FILE + file.toAbsolutePath());
        List<KameletEndpoint> users = usersOf(kamelet(file));
        rehearse(file, resource, users);
        try {
            Set<String> before = routesOf(resource);
            Definitions.Loaded loaded = definitions.load(resource);
            for (RouteDefinition route : loaded.routes()) {
                replace(route);
                before.remove(route.getRouteId());
            }
            before.forEach(gone -> retirement.later(swap.remove(gone)));
            providers.renew(loaded.templates());
            renewUsersOf(loaded.configurations(), resource);
            for (KameletEndpoint user : users) {
                renew(user);
            }
        } catch (Exception e) {
            throw new InvalidRoutes(file, e);
        }
    }

    private void rehearse(Path file, Resource resource, List<KameletEndpoint> users) throws InvalidRoutes {
        try {
            List<String> problems = isKamelet(file) ? List.of() : RouteFileSchema.problems(resource);
            if (!problems.isEmpty()) {
                throw new InvalidRoutes(file, problems);
            }
            rehearsal.of(
                    resource,
                    providers.instances(),
                    users.stream().map(KameletEndpoint::getEndpointUri).toList());
        } catch (InvalidRoutes e) {
            throw e;
        } catch (Exception e) {
            throw new InvalidRoutes(file, e);
        }
    }

    private void replace(RouteDefinition route) throws Exception {
        retirement.later(swap.replace(route));
    }

    /** Routes of other files have what a route configuration says built in. */
    private void renewUsersOf(Set<String> configurations, Resource edited) throws Exception {
        Predicate<RouteDefinition> uses = route -> configurations.contains(route.getRouteConfigurationId());
        Set<Resource> files = new LinkedHashSet<>();
        for (RouteDefinition route : context.getRouteDefinitions()) {
            if (uses.test(route) && !isFrom(edited, route.getResource())) {
                files.add(route.getResource());
            }
        }
        for (Resource file : files) {
            for (RouteDefinition route : definitions.load(file).routes()) {
                if (uses.test(route)) {
                    replace(route);
                }
            }
        }
    }

    /** Makes the route anew that stands behind a Kamelet's endpoint, by the same call that Camel's component makes. */
    @SuppressWarnings("deprecation")
    private void renew(KameletEndpoint user) throws Exception {
        RouteDefinition running = context.getRouteDefinition(user.getRouteId());
        replace(definitions.instance(
                user.getRouteId(),
                () -> context.addRouteFromKamelet(
                        user.getRouteId(),
                        user.getTemplateId(),
                        running.getNodePrefixId(),
                        (String) running.getTemplateParameters().get("parentRouteId"),
                        (String) running.getTemplateParameters().get("parentProcessorId"),
                        user.getKameletProperties())));
    }

    private List<KameletEndpoint> usersOf(String kamelet) {
        return context.getEndpoints().stream()
                .filter(KameletEndpoint.class::isInstance)
                .map(KameletEndpoint.class::cast)
                .filter(endpoint -> endpoint.getEndpointUri().matches("kamelet:(//)?" + kamelet + "([?/].*)?"))
                .toList();
    }

    private static boolean isKamelet(Path file) {
        return file.toString().endsWith(".kamelet.yaml");
    }

    private static String kamelet(Path file) {
        return isKamelet(file) ? file.getFileName().toString().replace(".kamelet.yaml", "") : "";
    }

    private Set<String> routesOf(Resource file) {
        return context.getRouteDefinitions().stream()
                .filter(route -> route.isTemplate() == null || !route.isTemplate())
                .filter(route -> isFrom(file, route.getResource()))
                .map(RouteDefinition::getRouteId)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static boolean isFrom(Resource file, @Nullable Resource resource) {
        return resource != null && path(resource).equals(path(file));
    }

    /** Routes that were not read from a file, such as those of a jar, are from nowhere. */
    private static Path path(Resource resource) {
        String location = resource.getLocation();
        return location.startsWith(FILE)
                ? Path.of(location.substring(FILE.length())).toAbsolutePath().normalize()
                : Path.of(location.replace(':', '/'));
    }
}
