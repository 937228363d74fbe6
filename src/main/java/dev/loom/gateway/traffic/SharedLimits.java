package dev.loom.gateway.traffic;

import dev.loom.gateway.config.RateLimitConfig;

/** Where limits are counted: in this instance alone, or by all together. */
@FunctionalInterface
public interface SharedLimits {

    /**
     * The limits of a provider or a client key.
     *
     * @param owner the same in every instance, such as {@code provider:openai}; asked for again, it gets new limits
     */
    Limits of(String owner, RateLimitConfig config);
}
