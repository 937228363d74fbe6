package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.Section;
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
        long seed) {

    static SimulatorConfig read(Section s) {
        return new SimulatorConfig(
                s.get("latency", Types.DURATION, Duration.ofMillis(200)),
                s.get("tokens_per_second", Types.number(0.001, Double.MAX_VALUE), 50.0),
                s.get("failure_rate", Types.number(0, 1), 0.0),
                s.get("failure_status", Types.integer(400, 599), 503),
                s.get("retry_after", Types.DURATION),
                s.get("break_after_tokens", Types.integer(0)),
                s.get("seed", Types.LONG, 1L));
    }
}
