package dev.loom.gateway.client;

import org.jspecify.annotations.Nullable;

/** The headers or the query parameters of a request. */
@FunctionalInterface
public interface Lookup {

    Lookup NONE = name -> null;

    /** The first value under that name, whatever its case for headers; null where there is none. */
    @Nullable
    String get(String name);
}
