package dev.loom.gateway.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * {@code simulator}: how a provider of type {@code simulator} behaves.
 *
 * @param latency until the first byte of an answer
 * @param tokensPerSecond pace of the answer after that
 * @param failureRate share of requests that fail, 0 to 1
 * @param failureStatus the HTTP status of those
 * @param retryAfter sent with a failure, null for none
 * @param breakAfterTokens streams end abruptly after this many tokens, null for never
 * @param seed of the random choice which requests fail
 */
public record SimulatorConfig(
        Duration latency,
        double tokensPerSecond,
        double failureRate,
        int failureStatus,
        @Nullable Duration retryAfter,
        @Nullable Integer breakAfterTokens,
        long seed) {}
