package dev.loom.gateway.fleet;

import dev.loom.gateway.config.RateLimitConfig;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code limits.lua} replies.
 *
 * @param code 0 for yes; of a reservation, the limit without room by its place among the three
 * @param retryIn until the same could be taken
 * @param limits in force, by all instances' configurations
 * @param requests and {@code tokens}: levels, in the parts of a token bucket
 * @param inUse permits that are out
 */
record Reply(int code, Duration retryIn, RateLimitConfig limits, long requests, long tokens, int inUse) {

    private static final List<String> LIMITS =
            List.of("requests_per_minute", "tokens_per_minute", "concurrent_requests");

    static Reply of(List<Object> values) {
        RateLimitConfig limits = new RateLimitConfig(limit(values, 2), limit(values, 3), limit(values, 4));
        return new Reply(
                (int) number(values, 0),
                Duration.of(number(values, 1), ChronoUnit.MICROS),
                limits,
                number(values, 5),
                number(values, 6),
                (int) number(values, 7));
    }

    private static long number(List<Object> values, int place) {
        return (Long) values.get(place);
    }

    private static @Nullable Integer limit(List<Object> values, int place) {
        long limit = number(values, place);
        return limit == 0 ? null : (Integer) (int) limit;
    }

    /** Its name in the configuration. */
    String limit() {
        return LIMITS.get(code - 1);
    }
}
