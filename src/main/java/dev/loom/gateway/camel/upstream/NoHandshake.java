package dev.loom.gateway.camel.upstream;

import java.io.IOException;
import javax.net.ssl.SSLException;

/** A server that left the gateway's half of a TLS handshake without an answer: it closed the connection, or kept silent. */
final class NoHandshake extends SSLException {

    private static final long serialVersionUID = 1;

    private final boolean silent;

    /** @param silent whether time has run out */
    NoHandshake(IOException cause, boolean silent) {
        super(Unreached.NO_TLS, cause);
        this.silent = silent;
    }

    boolean silent() {
        return silent;
    }
}
