package dev.loom.gateway.accounts;

import org.jspecify.annotations.Nullable;

/** Whoever makes a request, as far as the request says it. */
public interface Asker {

    /** Nobody who says anything. */
    Asker NOBODY = new Asker() {};

    /** The name of the client's key; null where it has shown none that is valid. */
    default @Nullable String client() {
        return null;
    }

    /** The first header of this name, whatever the case. */
    default @Nullable String header(String name) {
        return null;
    }

    /** The field {@code user} of the request. */
    default @Nullable String user() {
        return null;
    }
}
