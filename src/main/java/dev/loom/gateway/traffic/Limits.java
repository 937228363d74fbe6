package dev.loom.gateway.traffic;

import dev.loom.gateway.config.RateLimitConfig;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one provider or one client key: requests per minute, tokens per minute, requests at a time. All are
 * taken together or not at all, and what is taken and not used is given back. Implementations are thread-safe.
 */
public interface Limits {

    /** The limit that is told where nothing can be counted, since what all instances share is away. */
    String SHARED_STATE = "shared_state";

    /** What {@link #reserve} comes to. */
    sealed interface Decision permits Reservation, Refusal {}

    /**
     * No room.
     *
     * @param limit {@code requests_per_minute}, {@code tokens_per_minute}, {@code concurrent_requests}, {@code
     *     worker_share} or {@link #SHARED_STATE}
     * @param retryIn soonest time at which the same request could pass; zero where that is unknown, which is so for
     *     requests at a time
     */
    record Refusal(String limit, Duration retryIn) implements Decision {}

    /** A limit and what is left of it, below zero where more was used than reserved. */
    record Level(long limit, long remaining) {}

    /**
     * What one request has taken. Its tokens are settled once and its permit goes back once, whoever calls what, how
     * often and on which thread.
     */
    non-sealed interface Reservation extends Decision {

        /**
         * Puts the tokens that were used in the place of the estimate: the difference is given back, or taken even if
         * the bucket falls below zero. A request that was larger than the bucket costs the full bucket at most. Keeps
         * the permit.
         */
        void settle(long actualTokens);

        /** Gives the permit back: the last byte has arrived or the client has left. */
        void release();

        /** The call was never made: gives everything back that is still out. */
        void cancel();
    }

    /**
     * Takes one request, its tokens and a permit. A request of more tokens than the whole bucket holds may pass a full
     * one and empties it.
     *
     * @param tokens an estimate, not negative
     */
    Decision reserve(long tokens);

    /**
     * As {@link #reserve}, but an answer that comes from elsewhere need not be waited for at once. Whoever asks has to take
     * the answer in any case, since what was taken has to go back.
     */
    default Asked<Decision> ask(long tokens) {
        return Asked.known(reserve(tokens));
    }

    /** Whether {@link #reserve} would be refused now, as far as it is known here; takes nothing. Null: it would pass. */
    @Nullable
    Refusal check(long tokens);

    /** What is left of each limit that is set, by its name in the configuration. */
    Map<String, Level> levels();

    /** Sets other limits. What is in use stays so; a bucket keeps what was taken out of it. */
    void reconfigure(RateLimitConfig config);

    /**
     * Bounds the requests at a time by a share of the threads that serve requests, beside the limit that is configured.
     *
     * @param threads 0 for no bound
     */
    void share(int threads);
}
