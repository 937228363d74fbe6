package dev.loom.gateway.traffic;

import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.traffic.Limits.Level;
import dev.loom.gateway.traffic.Limits.Refusal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The levels of {@link Limits} at one moment, and the pure functions that lead to the next. Immutable.
 *
 * @param permits requests at a time; 0 is no limit
 * @param share of the threads that serve requests; 0 is no limit
 * @param time of the last refill, on the scale of {@link TimeSource#nanoTime()}
 * @param requests level of the request bucket
 * @param tokens level of the token bucket
 * @param inUse permits that are out
 */
record LimitsState(
        TokenBucket requestBucket,
        TokenBucket tokenBucket,
        int permits,
        int share,
        long time,
        long requests,
        long tokens,
        int inUse) {

    private static final String REQUESTS = "requests_per_minute";
    private static final String TOKENS = "tokens_per_minute";
    private static final String CONCURRENT = "concurrent_requests";
    private static final String SHARE = "worker_share";

    static LimitsState full(RateLimitConfig config, long time) {
        TokenBucket requestBucket = TokenBucket.of(config.requestsPerMinute());
        TokenBucket tokenBucket = TokenBucket.of(config.tokensPerMinute());
        return new LimitsState(
                requestBucket, tokenBucket, permits(config), 0, time, requestBucket.full(), tokenBucket.full(), 0);
    }

    private static int permits(RateLimitConfig config) {
        Integer permits = config.concurrentRequests();
        return permits == null ? 0 : permits;
    }

    /** Refilled up to now, by whole microseconds; the rest of one is left for the next time. */
    LimitsState at(long now) {
        long micros = Math.max(0, (now - time) / 1_000);
        return new LimitsState(
                requestBucket,
                tokenBucket,
                permits,
                share,
                time + micros * 1_000,
                requestBucket.refilled(requests, micros),
                tokenBucket.refilled(tokens, micros),
                inUse);
    }

    /** The limit that stands longest in the way of a request, or null if none does. */
    @Nullable
    Refusal refusal(long wanted, long now) {
        long forRequest = requestBucket.microsUntilAdmits(requests, 1);
        long forTokens = tokenBucket.microsUntilAdmits(tokens, wanted);
        if (forRequest == 0 && forTokens == 0) {
            return noPermit();
        }
        Duration wait =
                Duration.of(Math.max(forRequest, forTokens), ChronoUnit.MICROS).plusNanos(time - now);
        return new Refusal(forRequest > forTokens ? REQUESTS : TOKENS, wait);
    }

    private @Nullable Refusal noPermit() {
        if (permits > 0 && inUse >= permits) {
            return new Refusal(CONCURRENT, Duration.ZERO);
        }
        return share > 0 && inUse >= share ? new Refusal(SHARE, Duration.ZERO) : null;
    }

    LimitsState reserved(long wanted) {
        return moved(1, tokenBucket.charge(wanted), 1);
    }

    LimitsState settled(long moreTokens) {
        return moved(0, moreTokens, 0);
    }

    LimitsState released() {
        return moved(0, 0, -1);
    }

    LimitsState unused(long charged) {
        return moved(-1, -charged, 0);
    }

    LimitsState moved(long requestsTaken, long tokensTaken, int permitsTaken) {
        return new LimitsState(
                requestBucket,
                tokenBucket,
                permits,
                share,
                time,
                requestBucket.taken(requests, requestsTaken),
                tokenBucket.taken(tokens, tokensTaken),
                inUse + permitsTaken);
    }

    LimitsState adopted(RateLimitConfig config, long newRequests, long newTokens, int newInUse) {
        LimitsState fresh = full(config, time);
        return new LimitsState(
                fresh.requestBucket, fresh.tokenBucket, fresh.permits, share, time, newRequests, newTokens, newInUse);
    }

    LimitsState divided(int instances, int here) {
        TokenBucket requestShare = requestBucket.divided(instances);
        TokenBucket tokenShare = tokenBucket.divided(instances);
        return new LimitsState(
                requestShare,
                tokenShare,
                permits == 0 ? 0 : Math.max(1, permits / instances),
                share,
                time,
                Math.min(requestShare.full(), Math.floorDiv(requests, (long) instances)),
                Math.min(tokenShare.full(), Math.floorDiv(tokens, (long) instances)),
                here);
    }

    LimitsState sharing(int newShare) {
        return new LimitsState(requestBucket, tokenBucket, permits, newShare, time, requests, tokens, inUse);
    }

    LimitsState reconfigured(RateLimitConfig config) {
        LimitsState fresh = full(config, time);
        return new LimitsState(
                fresh.requestBucket,
                fresh.tokenBucket,
                fresh.permits,
                share,
                time,
                requestBucket.levelIn(fresh.requestBucket, requests),
                tokenBucket.levelIn(fresh.tokenBucket, tokens),
                inUse);
    }

    Map<String, Level> levels() {
        Map<String, Level> levels = new LinkedHashMap<>();
        if (!requestBucket.unlimited()) {
            levels.put(REQUESTS, new Level(requestBucket.perMinute(), requestBucket.tokens(requests)));
        }
        if (!tokenBucket.unlimited()) {
            levels.put(TOKENS, new Level(tokenBucket.perMinute(), tokenBucket.tokens(tokens)));
        }
        if (permits > 0) {
            levels.put(CONCURRENT, new Level(permits, permits - (long) inUse));
        }
        return levels;
    }
}
