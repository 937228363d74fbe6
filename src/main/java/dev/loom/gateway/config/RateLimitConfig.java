package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.Section;
import org.jspecify.annotations.Nullable;

/** {@code rate_limit}: each figure is null where the user set no such limit. All are at least 1. */
public record RateLimitConfig(
        @Nullable Integer requestsPerMinute, @Nullable Integer tokensPerMinute, @Nullable Integer concurrentRequests) {

    public static final RateLimitConfig NONE = new RateLimitConfig(null, null, null);

    static RateLimitConfig read(Section s) {
        return new RateLimitConfig(
                s.get("requests_per_minute", Types.integer(1)),
                s.get("tokens_per_minute", Types.integer(1)),
                s.get("concurrent_requests", Types.integer(1)));
    }
}
