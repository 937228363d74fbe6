package dev.loom.gateway.provider;

import org.jspecify.annotations.Nullable;

/** The headers of a provider's answer; names are matched whatever their case. */
@FunctionalInterface
public interface Headers {

    Headers NONE = name -> null;

    @Nullable
    String get(String name);
}
