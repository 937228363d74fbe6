package dev.loom.gateway.config;

import java.time.Duration;
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
    public record Breaker(boolean enabled, int failureThreshold, int successThreshold, Duration timeout) {}
}
