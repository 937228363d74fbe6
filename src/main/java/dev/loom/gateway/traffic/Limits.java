package dev.loom.gateway.traffic;

import dev.loom.gateway.config.RateLimitConfig;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one provider or one client key: requests per minute, tokens per minute, requests at a time. All are
 * taken together or not at all, and what is taken and not used is given back.
 *
 * <p>The first two are token buckets, full at the start and refilled continuously. Thread-safe and exact without locks:
 * one immutable {@link LimitsState} in an atomic reference, replaced by compare-and-set.
 */
public final class Limits {

    /** What {@link #reserve} comes to. */
    public sealed interface Decision permits Reservation, Refusal {}

    /**
     * No room.
     *
     * @param limit {@code requests_per_minute}, {@code tokens_per_minute}, {@code concurrent_requests} or {@code
     *     worker_share}
     * @param retryIn soonest time at which the same request could pass; zero where that is unknown, which is so for the
     *     last two
     */
    public record Refusal(String limit, Duration retryIn) implements Decision {}

    /** A limit and what is left of it, below zero where more was used than reserved. */
    public record Level(long limit, long remaining) {}

    private final TimeSource time;
    private final AtomicReference<LimitsState> current;

    public Limits(RateLimitConfig config, TimeSource time) {
        this.time = time;
        this.current = new AtomicReference<>(LimitsState.full(config, time.nanoTime()));
    }

    /**
     * Takes one request, its tokens and a permit. A request of more tokens than the whole bucket holds may pass a full
     * one and empties it.
     *
     * @param tokens an estimate, not negative
     */
    public Decision reserve(long tokens) {
        while (true) {
            LimitsState before = state();
            long now = time.nanoTime();
            LimitsState refilled = before.at(now);
            Refusal refusal = refilled.refusal(tokens, now);
            if (refusal != null) {
                return refusal;
            }
            if (current.compareAndSet(before, refilled.reserved(tokens))) {
                return new Reservation(tokens, refilled.tokenBucket());
            }
        }
    }

    /** Whether {@link #reserve} would be refused now; takes nothing. Null: it would pass. */
    public @Nullable Refusal check(long tokens) {
        long now = time.nanoTime();
        return state().at(now).refusal(tokens, now);
    }

    /** What is left of each limit that is set, by its name in the configuration. */
    public Map<String, Level> levels() {
        return state().at(time.nanoTime()).levels();
    }

    /** Sets other limits. What is in use stays so; a bucket keeps what was taken out of it. */
    public void reconfigure(RateLimitConfig config) {
        update(state -> state.reconfigured(config));
    }

    /**
     * Bounds the requests at a time by a share of the threads that serve requests, beside the limit that is configured.
     *
     * @param threads 0 for no bound
     */
    public void share(int threads) {
        update(state -> state.sharing(threads));
    }

    private LimitsState state() {
        return Objects.requireNonNull(current.get());
    }

    private void update(UnaryOperator<LimitsState> change) {
        current.updateAndGet(state -> change.apply(state.at(time.nanoTime())));
    }

    /**
     * What one request has taken. Its tokens are settled once and its permit goes back once, whoever calls what, how
     * often and on which thread: two flags see to it.
     */
    public final class Reservation implements Decision {

        private final long tokens;
        private final long charged;
        private final AtomicBoolean settled = new AtomicBoolean();
        private final AtomicBoolean released = new AtomicBoolean();

        private Reservation(long tokens, TokenBucket bucket) {
            this.tokens = tokens;
            this.charged = bucket.charge(tokens);
        }

        /**
         * Puts the tokens that were used in the place of the estimate: the difference is given back, or taken even if
         * the bucket falls below zero. A request that was larger than the bucket costs the full bucket at most. Keeps
         * the permit.
         */
        public void settle(long actualTokens) {
            if (settled.compareAndSet(false, true)) {
                long used = charged < tokens ? Math.min(actualTokens, charged) : actualTokens;
                update(state -> state.settled(used - charged));
            }
        }

        /** Gives the permit back: the last byte has arrived or the client has left. */
        public void release() {
            if (released.compareAndSet(false, true)) {
                update(LimitsState::released);
            }
        }

        /** The call was never made: gives everything back that is still out. */
        public void cancel() {
            if (settled.compareAndSet(false, true)) {
                update(state -> state.unused(charged));
            }
            release();
        }
    }
}
