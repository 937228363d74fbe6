package dev.loom.gateway.camel.port;

import java.util.Locale;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * {@code loomNoHeaders}: lets no header and no query parameter of a client become a Camel header, and no Camel header
 * become one of an answer. What is needed is read from the request itself, and set on the response itself.
 */
public final class NoHeaders implements HeaderFilterStrategy {

    public static final String BEAN = "loomNoHeaders";

    private final Set<String> but;

    /** @param but those that a client may send all the same, in lower case; none where tracing is off */
    public NoHeaders(Set<String> but) {
        this.but = but;
    }

    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        return true;
    }

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return but.isEmpty() || !but.contains(name.toLowerCase(Locale.ROOT));
    }
}
