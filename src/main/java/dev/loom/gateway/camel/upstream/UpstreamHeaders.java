package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.camel.request.ClientHeaders;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * {@code loomUpstreamHeaders}: what {@link Encode} has set goes to the provider, but for Camel's own; what the provider
 * sends is there for the relay to look at. Headers that steps and clients have left for each other are for neither.
 */
public final class UpstreamHeaders implements HeaderFilterStrategy {

    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        return isCamels(name) || ClientHeaders.areOurs(name);
    }

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return isCamels(name) || ClientHeaders.areOurs(name);
    }

    private static boolean isCamels(String name) {
        return name.regionMatches(true, 0, "Camel", 0, 5);
    }
}
