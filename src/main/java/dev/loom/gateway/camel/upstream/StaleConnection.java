package dev.loom.gateway.camel.upstream;

import java.io.IOException;

/** A connection that had answered before was closed without a byte for this request, or with a 408 that is not for it. */
final class StaleConnection extends IOException {

    private static final long serialVersionUID = 1;

    StaleConnection(String message) {
        super(message);
    }

    StaleConnection(IOException cause) {
        super("The connection was closed before the first byte of an answer: " + cause.getMessage(), cause);
    }
}
