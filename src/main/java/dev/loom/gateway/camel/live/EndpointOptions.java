package dev.loom.gateway.camel.live;

import dev.loom.gateway.config.yaml.Suggestion;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.EndpointUriFactory;
import org.apache.camel.util.URISupport;

/**
 * Options in the URI of an endpoint, or below its {@code parameters}, that are nearly one that the endpoint has. Camel's own
 * message, when it makes the endpoint, quotes their values, which may be secrets, and names no option.
 */
final class EndpointOptions {

    /** Longer than most parameters of a query, which a component that takes any option passes on. */
    private static final int UNMISTAKABLE = 10;

    private EndpointOptions() {}

    /** @return an option that is misspelt; empty where none seems to be, or where nobody knows the options */
    static String misspelt(CamelContext context, String scheme, String uri) {
        EndpointUriFactory known = context.getCamelContextExtension().getEndpointUriFactory(scheme);
        if (known == null || scheme.equals("kamelet")) {
            return "";
        }
        int shortest = known.isLenientProperties() ? UNMISTAKABLE : 1;
        Set<String> spelt =
                known.propertyNames().stream().map(EndpointOptions::spelt).collect(Collectors.toSet());
        return of(uri).keySet().stream()
                .filter(name -> name.length() >= shortest)
                .filter(name -> name.matches("[A-Za-z-]+") && !spelt.contains(spelt(name)))
                .filter(name -> !Suggestion.of(name, known.propertyNames()).isEmpty())
                .findFirst()
                .orElse("");
    }

    /** What is meant. */
    static String meant(CamelContext context, String scheme, String misspelt) {
        return Suggestion.of(
                misspelt,
                context.getCamelContextExtension().getEndpointUriFactory(scheme).propertyNames());
    }

    /** Camel takes a name in any case, and with dashes. */
    private static String spelt(String name) {
        return name.replace("-", "").toLowerCase(Locale.ROOT);
    }

    /** The options in a URI. */
    static Map<String, Object> of(String uri) {
        try {
            int query = uri.indexOf('?');
            return query < 0 ? Map.of() : URISupport.parseQuery(uri.substring(query + 1), true, true);
        } catch (URISyntaxException e) {
            // Camel says so when it makes the endpoint.
            return Map.of();
        }
    }
}
