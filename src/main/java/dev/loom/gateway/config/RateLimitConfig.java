package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.Section;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code rate_limit}: each figure is null where the user set no such limit. All are at least 1. */
public record RateLimitConfig(
        @Nullable Integer requestsPerMinute, @Nullable Integer tokensPerMinute, @Nullable Integer concurrentRequests) {

    public static final RateLimitConfig NONE = new RateLimitConfig(null, null, null);

    /** The figures that are set, by their keys in the file and in its order. */
    public Map<String, Integer> figures() {
        Map<String, Integer> figures = new LinkedHashMap<>();
        put(figures, "requests_per_minute", requestsPerMinute);
        put(figures, "tokens_per_minute", tokensPerMinute);
        put(figures, "concurrent_requests", concurrentRequests);
        return figures;
    }

    private static void put(Map<String, Integer> figures, String key, @Nullable Integer figure) {
        if (figure != null) {
            figures.put(key, figure);
        }
    }

    static RateLimitConfig read(Section s) {
        return new RateLimitConfig(
                s.get("requests_per_minute", Types.integer(1)),
                s.get("tokens_per_minute", Types.integer(1)),
                s.get("concurrent_requests", Types.integer(1)));
    }
}
