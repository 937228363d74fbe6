package dev.loom.gateway.camel.live;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;

/**
 * Makes routes anew that have something built in which stands in an edited file: a template, a route configuration, a
 * Kamelet.
 *
 * <p>Not thread-safe: one thread changes routes.
 */
final class Renewal {

    private final ModelCamelContext context;
    private final Definitions definitions;
    private final RouteSwap swap;
    private final ProviderRoutes providers;
    private final RouteTexts texts;

    Renewal(
            ModelCamelContext context,
            Definitions definitions,
            RouteSwap swap,
            ProviderRoutes providers,
            RouteTexts texts) {
        this.context = context;
        this.definitions = definitions;
        this.swap = swap;
        this.providers = providers;
        this.texts = texts;
    }

    /**
     * After an edit of a file.
     *
     * @param templates ids of those that the file has now
     * @param configurations ids of those that the file has now, or had before
     */
    void after(Path file, Set<String> templates, Set<String> configurations) throws Exception {
        Predicate<RouteDefinition> configured = route -> RouteConfigurations.reach(configurations, route);
        // First, since with the other files their route configurations are loaded, which providers' routes may have,
        // too.
        boolean all = configurations.contains(RouteConfigurations.EVERYWHERE);
        renewInOtherFiles(file, templates, all, configured);
        providers.renew(templates, configured);
        for (KameletEndpoint user : KameletFiles.users(context)) {
            RouteDefinition running = context.getRouteDefinition(user.getRouteId());
            if (running != null && (isOf(user, file) || configured.test(running))) {
                renew(user, running);
            }
        }
    }

    private static boolean isOf(KameletEndpoint user, Path file) {
        return KameletFiles.isOne(file) && user.getTemplateId().equals(KameletFiles.name(file));
    }

    /** All are loaded before any is replaced: each may have route configurations itself. */
    private void renewInOtherFiles(Path file, Set<String> templates, boolean all, Predicate<RouteDefinition> configured)
            throws Exception {
        List<RouteDefinition> reached =
                context.getRouteDefinitions().stream().filter(configured).toList();
        List<RouteDefinition> next = new ArrayList<>();
        for (Resource other : texts.others(file, text -> true)) {
            String text = RouteTexts.text(other);
            if (all || templates.stream().anyMatch(text::contains) || holdsOne(other, text, reached)) {
                for (Definitions.Loaded loaded : definitions.load(other).routes()) {
                    boolean instance = loaded.template() != null && templates.contains(loaded.template());
                    if (instance || configured.test(loaded.route())) {
                        next.add(loaded.route());
                    }
                }
            }
        }
        swap.replace(next, Set.of());
    }

    /** Camel does not note in which file an instance of a template stands. */
    private static boolean holdsOne(Resource file, String text, List<RouteDefinition> routes) {
        return routes.stream()
                .anyMatch(route -> RouteTexts.isSame(file, route.getResource())
                        || (Boolean.TRUE.equals(route.isTemplate()) && text.contains("emplatedRoute")));
    }

    /** Makes the route anew that stands behind a Kamelet's endpoint, by the same call that Camel's component makes. */
    @SuppressWarnings("deprecation")
    private void renew(KameletEndpoint user, RouteDefinition running) throws Exception {
        swap.replace(definitions.instance(
                user.getRouteId(),
                () -> context.addRouteFromKamelet(
                        user.getRouteId(),
                        user.getTemplateId(),
                        running.getNodePrefixId(),
                        (String) running.getTemplateParameters().get("parentRouteId"),
                        (String) running.getTemplateParameters().get("parentProcessorId"),
                        user.getKameletProperties())));
    }
}
