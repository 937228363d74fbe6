package dev.loom.gateway.camel.app;

import dev.loom.gateway.camel.port.InvalidConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.support.component.PropertyConfigurerSupport;

/**
 * What the properties of the surrounding application say of the gateway; each is read as {@code loom.<name>}. Where
 * {@code camel export} only reads the routes, it answers the same meaningless value for every property: the routes find
 * their beans then, and no port opens.
 *
 * @param enabled false keeps the gateway out of this Camel context, whatever configuration there is
 * @param config locations of the configuration; empty to look further
 * @param routes pattern of the route files
 */
public record EmbeddedSettings(boolean enabled, String config, String routes, Port clients, Port admin) {

    private static final int HIGHEST = 65535;

    /**
     * One of the two ports.
     *
     * @param host empty: as the gateway's configuration says
     * @param number from 1
     */
    record Port(boolean enabled, String host, int number) {}

    /** @throws InvalidConfiguration if one of the ports is no port number */
    public static EmbeddedSettings of(CamelContext context) {
        return new EmbeddedSettings(
                Boolean.parseBoolean(text(context, "loom.enabled", "true")),
                text(context, "loom.config", ""),
                text(context, "loom.routes", ShippedRoutes.ALL),
                port(context, "loom.server", "8090"),
                port(context, "loom.admin", "9091"));
    }

    private static Port port(CamelContext context, String name, String number) {
        return new Port(
                Boolean.parseBoolean(answer(context, name + ".enabled", "true")),
                text(context, name + ".host", ""),
                number(name + ".port", text(context, name + ".port", number)));
    }

    private static int number(String name, String text) {
        if (!text.matches("[1-9]\\d{0,4}") || Integer.parseInt(text) > HIGHEST) {
            throw new InvalidConfiguration(name + " must be a number from 1 to " + HIGHEST + ", not '" + text + "'.");
        }
        return Integer.parseInt(text);
    }

    private static String text(CamelContext context, String name, String otherwise) {
        String answer = answer(context, name, otherwise);
        return answer.equals(PropertyConfigurerSupport.MAGIC_VALUE) ? otherwise : answer;
    }

    private static String answer(CamelContext context, String name, String otherwise) {
        return context.resolvePropertyPlaceholders("{{" + name + ":" + otherwise + "}}")
                .trim();
    }
}
