package dev.loom.gateway.traffic;

import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of a token bucket: a capacity, and pure functions from one level to the next. Whole numbers
 * only, so nothing drifts: a level counts sixty-millionths of a token, of which each microsecond brings exactly
 * {@code perMinute}.
 *
 * @param perMinute tokens, both the capacity and what flows in per minute; 0 is no limit
 */
record TokenBucket(int perMinute) {

    /** Parts of a token that a level counts: the microseconds of a minute. */
    private static final long PARTS = 60_000_000;

    /** Far more than any request or debt; keeps the arithmetic within 64 bits. */
    private static final long MOST = Integer.MAX_VALUE;

    static TokenBucket of(@Nullable Integer perMinute) {
        return new TokenBucket(perMinute == null ? 0 : perMinute);
    }

    /** The bucket of one of so many who share it; never without anything. */
    TokenBucket divided(int parts) {
        return unlimited() ? this : new TokenBucket(Math.max(1, perMinute / parts));
    }

    boolean unlimited() {
        return perMinute == 0;
    }

    long full() {
        return perMinute * PARTS;
    }

    /** The level some microseconds later. */
    long refilled(long level, long micros) {
        return micros >= microsUntil(level, full()) ? full() : level + micros * perMinute;
    }

    /** What a request takes: never more than the whole bucket, so that a larger one may pass a full one. */
    long charge(long tokens) {
        return Math.max(0, Math.min(tokens, perMinute));
    }

    /** The level without some tokens; it may fall below zero. A negative number brings them back, up to the full bucket. */
    long taken(long level, long tokens) {
        long bounded = Math.max(-MOST, Math.min(MOST, tokens));
        return unlimited() ? 0 : Math.max(-MOST * PARTS, Math.min(full(), level - bounded * PARTS));
    }

    /** The level of another bucket from which as much is missing. */
    long levelIn(TokenBucket other, long level) {
        return other.unlimited() ? 0 : other.full() - (full() - level);
    }

    /** Microseconds until so many tokens are there. */
    long microsUntilAdmits(long level, long tokens) {
        return microsUntil(level, charge(tokens) * PARTS);
    }

    private long microsUntil(long level, long wanted) {
        return unlimited() || level >= wanted ? 0 : (wanted - level + perMinute - 1) / perMinute;
    }

    /** Whole tokens; below zero where more was used than reserved. */
    long tokens(long level) {
        return Math.floorDiv(level, PARTS);
    }
}
