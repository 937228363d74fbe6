package dev.loom.gateway.config;

import org.jspecify.annotations.Nullable;

/** {@code admin}: the port that operators call. */
public record AdminConfig(String host, @Nullable Secret token, @Nullable Basic basic, boolean publicMetrics) {

    /** {@code admin.basic}. */
    public record Basic(String user, Secret password) {}
}
