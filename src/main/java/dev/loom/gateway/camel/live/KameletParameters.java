package dev.loom.gateway.camel.live;

import dev.loom.gateway.config.yaml.Suggestion;
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
import org.apache.camel.support.RouteTemplateHelper;
import org.apache.camel.util.StringHelper;

/**
 * Refuses parameters that one of the gateway's own Kamelets does not have. Camel takes any name, and with a misspelt
 * {@code baseUrl} the key and the prompt would go to the provider's public address.
 */
public final class KameletParameters implements EndpointStrategy {

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
        String name = StringHelper.before(uri, "?", uri).replaceFirst("^kamelet:(//)?", "");
        check(context, StringHelper.before(name, "/", name), locations(context), List.of(parameter));
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
