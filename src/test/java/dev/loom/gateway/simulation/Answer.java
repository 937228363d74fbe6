package dev.loom.gateway.simulation;

import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a simulated provider does with one call.
 *
 * @param first until the first token, or until the failure
 * @param tokens of the answer
 * @param perToken after the first
 * @param failure null for an answer
 * @param breaks the stream ends half way
 */
public record Answer(Duration first, int tokens, Duration perToken, @Nullable Failure failure, boolean breaks) {

    static Answer failed(double millis, Outcome outcome, int status, @Nullable Duration retryAfter) {
        ApiError error = ApiError.server("simulated", null);
        return new Answer(
                millis(millis), 0, Duration.ZERO, new Failure(outcome, status, error, retryAfter, null, false), false);
    }

    static Answer unavailable() {
        return failed(20, Outcome.TRANSIENT, 503, null);
    }

    Answer slower(double factor) {
        return new Answer(times(first, factor), tokens, times(perToken, factor), failure, breaks);
    }

    Answer breaking() {
        return new Answer(first, tokens, perToken, failure, true);
    }

    /** From the first token to the last, or to the break. */
    Duration rest() {
        return perToken.multipliedBy(tokensSent());
    }

    int tokensSent() {
        return breaks ? tokens / 2 : tokens;
    }

    static Duration millis(double millis) {
        return Duration.ofNanos(Math.round(millis * 1e6));
    }

    private static Duration times(Duration duration, double factor) {
        return Duration.ofNanos(Math.round(duration.toNanos() * factor));
    }
}
