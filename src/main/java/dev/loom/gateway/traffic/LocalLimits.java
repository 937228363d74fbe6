package dev.loom.gateway.traffic;

import dev.loom.gateway.config.RateLimitConfig;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * {@link Limits} in this instance's memory. Requests and tokens per minute are token buckets, full at the start and
 * refilled continuously. Thread-safe and exact without locks: one immutable {@link LimitsState} in an atomic reference,
 * replaced by compare-and-set.
 */
public final class LocalLimits implements Limits {

    private final TimeSource time;
    private final AtomicReference<LimitsState> current;

    public LocalLimits(RateLimitConfig config, TimeSource time) {
        this.time = time;
        this.current = new AtomicReference<>(LimitsState.full(config, time.nanoTime()));
    }

    @Override
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
                return new Taken(tokens, refilled.tokenBucket());
            }
        }
    }

    @Override
    public @Nullable Refusal check(long tokens) {
        long now = time.nanoTime();
        return state().at(now).refusal(tokens, now);
    }

    @Override
    public Map<String, Level> levels() {
        return state().at(time.nanoTime()).levels();
    }

    @Override
    public void reconfigure(RateLimitConfig config) {
        update(state -> state.reconfigured(config));
    }

    @Override
    public void share(int threads) {
        update(state -> state.sharing(threads));
    }

    private LimitsState state() {
        return Objects.requireNonNull(current.get());
    }

    private void update(UnaryOperator<LimitsState> change) {
        current.updateAndGet(state -> change.apply(state.at(time.nanoTime())));
    }

    /** The level of the request bucket, in the parts of {@link TokenBucket}. */
    public long requests() {
        return state().at(time.nanoTime()).requests();
    }

    /** The level of the token bucket, in the parts of {@link TokenBucket}. */
    public long tokens() {
        return state().at(time.nanoTime()).tokens();
    }

    /** What is missing from the full request bucket, in the parts of {@link TokenBucket}. */
    public long missingRequests() {
        LimitsState now = state().at(time.nanoTime());
        return now.requestBucket().full() - now.requests();
    }

    /** What is missing from the full token bucket, in the parts of {@link TokenBucket}. */
    public long missingTokens() {
        LimitsState now = state().at(time.nanoTime());
        return now.tokenBucket().full() - now.tokens();
    }

    /**
     * Takes over what is counted elsewhere, as if it were counted here: the limits, what is left of them, and the permits
     * that are out.
     *
     * @param requests and {@code tokens}: levels, in the parts of {@link TokenBucket}
     */
    public void adopt(RateLimitConfig config, long requests, long tokens, int inUse) {
        update(state -> state.adopted(config, requests, tokens, inUse));
    }

    /**
     * From now on counts this instance's share of limits that were common.
     *
     * @param instances that share, at least 1; each keeps at least 1 of every limit
     * @param inUse permits that are out here
     */
    public void divide(int instances, int inUse) {
        update(state -> state.divided(instances, inUse));
    }

    /** Takes without asking, even below zero; what is negative goes back. */
    public void move(int requests, long tokens, int permits) {
        update(state -> state.moved(requests, tokens, permits));
    }

    /** Two flags see to it that everything ends once. */
    private final class Taken implements Reservation {

        private final long tokens;
        private final long charged;
        private final AtomicBoolean settled = new AtomicBoolean();
        private final AtomicBoolean released = new AtomicBoolean();

        private Taken(long tokens, TokenBucket bucket) {
            this.tokens = tokens;
            this.charged = bucket.charge(tokens);
        }

        @Override
        public void settle(long actualTokens) {
            if (settled.compareAndSet(false, true)) {
                long used = charged < tokens ? Math.min(actualTokens, charged) : actualTokens;
                update(state -> state.settled(used - charged));
            }
        }

        @Override
        public void release() {
            if (released.compareAndSet(false, true)) {
                update(LimitsState::released);
            }
        }

        @Override
        public void cancel() {
            if (settled.compareAndSet(false, true)) {
                update(state -> state.unused(charged));
            }
            release();
        }
    }
}
