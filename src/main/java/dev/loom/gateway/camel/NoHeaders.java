package dev.loom.gateway.camel;

import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * {@code loomNoHeaders}: lets no header and no query parameter of a client become a Camel header, and no Camel header
 * become one of an answer. What is needed is read from the request itself, and set on the response itself.
 */
final class NoHeaders implements HeaderFilterStrategy {

    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        return true;
    }

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return true;
    }
}
