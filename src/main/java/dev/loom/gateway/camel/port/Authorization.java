package dev.loom.gateway.camel.port;

import org.jspecify.annotations.Nullable;

/** The header of that name: a scheme, whatever its case, and credentials. */
final class Authorization {

    private Authorization() {}

    /** @return null where the header is missing, or says another scheme */
    static @Nullable String credentials(@Nullable String header, String scheme) {
        if (header == null || !header.regionMatches(true, 0, scheme + " ", 0, scheme.length() + 1)) {
            return null;
        }
        return header.substring(scheme.length() + 1).trim();
    }
}
