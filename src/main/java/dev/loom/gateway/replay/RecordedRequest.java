package dev.loom.gateway.replay;

import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Outcome;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of the file of requests.
 *
 * @param at when it came, since the first one
 * @param outputTokens of the answer
 * @param maxTokens the client's bound, null where it set none
 * @param answers what is known of providers that were asked, by name
 */
record RecordedRequest(
        Duration at,
        String model,
        boolean stream,
        long inputTokens,
        long outputTokens,
        @Nullable Integer maxTokens,
        Map<String, Answer> answers) {

    /**
     * What a provider did with it.
     *
     * @param status HTTP, 0 where there was none
     * @param whole to the last byte, or to the failure; null where unknown
     * @param firstToken null where unknown
     * @param retryAfter null where the provider did not say
     */
    record Answer(
            Outcome outcome,
            int status,
            @Nullable Duration whole,
            @Nullable Duration firstToken,
            @Nullable Duration retryAfter) {

        /** Of an outcome of which nothing is known but that all went well. */
        static final Answer ASSUMED = new Answer(Outcome.SUCCESS, 200, null, null, null);

        boolean succeeded() {
            return outcome == Outcome.SUCCESS;
        }

        Failure failure() {
            return new Failure(outcome, status, ApiError.server("recorded", null), retryAfter, null, false);
        }
    }
}
