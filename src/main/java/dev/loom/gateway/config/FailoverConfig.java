package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.Section;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * {@code routing.failover}.
 *
 * @param maxRetries attempts after the first
 * @param retryCodes the HTTP statuses that fail over
 * @param deadline for all attempts together
 */
public record FailoverConfig(
        boolean enabled, int maxRetries, Set<Integer> retryCodes, Duration deadline, Breaker circuitBreaker) {

    /** Statuses that fail over unless {@code retry_codes} says otherwise. */
    public static final Set<Integer> DEFAULT_RETRY_CODES = Set.of(408, 409, 429, 500, 502, 503, 504, 529);

    /**
     * {@code circuit_breaker}.
     *
     * @param failureThreshold consecutive failures that open it
     * @param successThreshold consecutive successes that close it again
     * @param timeout how long it stays open before one probe is let through
     */
    public record Breaker(boolean enabled, int failureThreshold, int successThreshold, Duration timeout) {

        static Breaker read(Section s) {
            return new Breaker(
                    s.get("enabled", Types.FLAG, true),
                    s.get("failure_threshold", Types.integer(1), 5),
                    s.get("success_threshold", Types.integer(1), 3),
                    s.get("timeout", Types.POSITIVE_DURATION, Duration.ofMinutes(1)));
        }
    }

    static FailoverConfig read(Section s) {
        List<Integer> codes = s.list("retry_codes", Types.integer(100, 599));
        return new FailoverConfig(
                s.get("enabled", Types.FLAG, true),
                s.get("max_retries", Types.integer(0), 2),
                s.has("retry_codes") ? Set.copyOf(codes) : DEFAULT_RETRY_CODES,
                s.get("deadline", Types.POSITIVE_DURATION, Duration.ofMinutes(10)),
                s.section("circuit_breaker", Breaker::read));
    }
}
