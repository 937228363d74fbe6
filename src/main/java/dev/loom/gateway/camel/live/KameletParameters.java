package dev.loom.gateway.camel.live;

import dev.loom.gateway.config.yaml.Suggestion;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.RouteTemplateParameterDefinition;
import org.apache.camel.spi.EndpointStrategy;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.RouteTemplateHelper;
import org.apache.camel.util.FileUtil;
import org.apache.camel.util.StringHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses parameters that one of the gateway's own Kamelets does not have. Camel takes any name, and with a misspelt
 * {@code baseUrl} the key and the prompt would go to the provider's public address.
 */
public final class KameletParameters implements EndpointStrategy {

    private static final Logger LOG = LoggerFactory.getLogger(KameletParameters.class);

    /** Ids of the gateway's own Kamelets begin with it. */
    private static final String OURS = "llm-";

    /** What Camel itself adds to the parameters of a Kamelet, and what the component takes. */
    private static final Set<String> CAMELS = Set.of(
            "templateId",
            "routeId",
            "uuid",
            "location",
            "block",
            "timeout",
            "failIfNoConsumers",
            "lazyStartProducer",
            "bridgeErrorHandler",
            "exceptionHandler",
            "exchangePattern",
            "noErrorHandler",
            "hash");

    /** Inside a Kamelet, where its messages come in and go out. */
    private static final Set<String> ENDS = Set.of("source", "sink");

    private static final String FILE = ".kamelet.yaml";

    private final CamelContext context;

    public KameletParameters(CamelContext context) {
        this.context = context;
    }

    /** @throws IllegalArgumentException if the Kamelet has no such parameter, wherever it was set */
    @Override
    public Endpoint registerEndpoint(String uri, Endpoint endpoint) {
        if (endpoint instanceof KameletEndpoint kamelet && RouteSwap.isUse(kamelet)) {
            String location = kamelet.getLocation();
            check(
                    context,
                    kamelet.getTemplateId(),
                    location == null ? locations(context) : location,
                    kamelet.getKameletProperties().keySet());
        }
        return endpoint;
    }

    /** The same for one parameter of a URI that is only written yet. */
    static void check(CamelContext context, String uri, String parameter) {
        check(context, name(uri), locations(context), List.of(parameter));
    }

    /** The Kamelet that a URI names. */
    static String name(String uri) {
        String name = StringHelper.before(uri, "?", uri).replaceFirst("^kamelet:(//)?", "");
        return StringHelper.before(name, "/", name);
    }

    /** Whether there is a Kamelet of this name, or may be: it may contain placeholders. */
    static boolean isThere(CamelContext context, String name) {
        return !name.matches("[\\w-]+")
                || ENDS.contains(name)
                || ((ModelCamelContext) context).getRouteTemplateDefinition(name) != null
                || Arrays.stream(locations(context).split(",", -1)).anyMatch(location -> isIn(context, location, name));
    }

    /** What can only be asked over a network may have it. */
    private static boolean isIn(CamelContext context, String location, String name) {
        return !location.matches("(file|classpath):.*")
                || PluginHelper.getResourceLoader(context)
                        .resolveResource(location + "/" + name + FILE)
                        .exists();
    }

    /** Those that can be named. */
    static Set<String> names(CamelContext context) {
        Set<String> names = new TreeSet<>();
        for (String location : locations(context).split(",", -1)) {
            try {
                PluginHelper.getPackageScanResourceResolver(context).findResources(location + "/*" + FILE).stream()
                        .map(file -> FileUtil.stripPath(file.getLocation()))
                        .forEach(file -> names.add(file.replace(FILE, "")));
            } catch (Exception e) {
                LOG.debug("{} cannot be searched for Kamelets", location, e);
            }
        }
        return names;
    }

    private static String locations(CamelContext context) {
        return context.getComponent("kamelet", KameletComponent.class).getLocation();
    }

    private static void check(CamelContext context, String kamelet, String locations, Collection<String> given) {
        if (!kamelet.startsWith(OURS)) {
            return;
        }
        List<String> known = parameters((ModelCamelContext) context, kamelet, locations);
        for (String name : new TreeSet<>(given)) {
            if (isParameter(name) && !known.contains(StringHelper.dashToCamelCase(name)) && !known.isEmpty()) {
                throw new IllegalArgumentException("the Kamelet " + kamelet + " has no parameter '" + name + "'"
                        + Suggestion.of(name, known, "it has: " + String.join(", ", known)));
            }
        }
    }

    /** Properties may also be for another use of the Kamelet, which has its name before a dot; variables are in capitals. */
    private static boolean isParameter(String name) {
        return name.matches("[a-z][A-Za-z0-9_-]*") && !CAMELS.contains(name);
    }

    /** Empty where the Kamelet is not found, which Camel then says. */
    private static List<String> parameters(ModelCamelContext context, String kamelet, String locations) {
        RouteTemplateDefinition loaded = context.getRouteTemplateDefinition(kamelet);
        if (loaded == null) {
            try {
                RouteTemplateHelper.loadRouteTemplateFromLocation(context, null, kamelet, locations);
            } catch (Exception e) {
                return List.of();
            }
            loaded = context.getRouteTemplateDefinition(kamelet);
        }
        return loaded == null || loaded.getTemplateParameters() == null
                ? List.of()
                : loaded.getTemplateParameters().stream()
                        .map(RouteTemplateParameterDefinition::getName)
                        .toList();
    }
}
