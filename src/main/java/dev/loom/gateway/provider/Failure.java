package dev.loom.gateway.provider;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An attempt that did not end in an answer.
 *
 * @param outcome never {@link Outcome#SUCCESS}
 * @param status the provider's HTTP status, 0 where there was none (refused connection, timeout, error inside a stream)
 * @param error what a client may see: the provider's message, never a key, a URL or a stack trace
 * @param retryAfter how long the provider asks to be left alone, null where it does not say
 * @param requestId the provider's own id for the request, null where it sent none
 * @param timeout true where the provider did not answer in time
 */
public record Failure(
        Outcome outcome,
        int status,
        ApiError error,
        @Nullable Duration retryAfter,
        @Nullable String requestId,
        boolean timeout) {

    /** The same with another error. */
    public Failure with(ApiError other) {
        return new Failure(outcome, status, other, retryAfter, requestId, timeout);
    }

    /** A failure without an HTTP answer: a refused connection, an unreadable answer, a broken stream. */
    public static Failure transientFailure(String message) {
        return new Failure(Outcome.TRANSIENT, 0, ApiError.server(message, "provider_error"), null, null, false);
    }

    public static Failure timedOut(String message) {
        return new Failure(Outcome.TRANSIENT, 0, ApiError.server(message, "timeout"), null, null, true);
    }
}
