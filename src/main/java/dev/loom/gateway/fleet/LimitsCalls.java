package dev.loom.gateway.fleet;

import dev.loom.gateway.config.RateLimitConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What {@code limits.lua} is asked about one owner's limits, word for word. Never waits. */
final class LimitsCalls {

    private static final String MICROS_OF_LEASE = micros(CommonLimits.LEASE);

    private final Store store;
    private final String instance;
    private final String[] keys;

    LimitsCalls(Store store, String instance, String owner) {
        this.store = store;
        this.instance = instance;
        this.keys = new Keys(store.config().keyPrefix()).limits(owner);
    }

    CompletableFuture<List<Object>> reserve(RateLimitConfig own, long tokens, String permit) {
        return run("reserve", own, List.of(Long.toString(tokens), permit, MICROS_OF_LEASE));
    }

    /** @param requests and {@code tokens}: used beyond what was reserved, below zero for what was not used */
    CompletableFuture<List<Object>> settle(RateLimitConfig own, String permit, long requests, long tokens) {
        return run("settle", own, List.of(permit, Long.toString(requests), Long.toString(tokens)));
    }

    /**
     * @param life for which this instance's configuration counts; zero when it leaves
     * @param used {@code requests} and {@code tokens} that the server does not know of
     * @param missing from the full buckets by what it has heard, in the parts of a token bucket: it counts where the server has
     *     lost what it was told
     * @param held permits that are this instance's
     * @param asked permits of which it has not heard yet whether they are: they stay if they are there
     */
    CompletableFuture<List<Object>> renew(
            RateLimitConfig own,
            Duration life,
            Amounts used,
            Amounts missing,
            Collection<String> held,
            Collection<String> asked) {
        List<String> words = new ArrayList<>(List.of(
                instance,
                micros(life),
                Long.toString(used.requests()),
                Long.toString(used.tokens()),
                Long.toString(missing.requests()),
                Long.toString(missing.tokens()),
                MICROS_OF_LEASE,
                Integer.toString(held.size())));
        words.addAll(held);
        words.addAll(asked);
        return run("renew", own, words);
    }

    record Amounts(long requests, long tokens) {}

    private CompletableFuture<List<Object>> run(String todo, RateLimitConfig own, List<String> more) {
        List<String> words = new ArrayList<>(List.of(
                todo, "0", text(own.requestsPerMinute()), text(own.tokensPerMinute()), text(own.concurrentRequests())));
        words.addAll(more);
        return store.run(Script.LIMITS, keys, words.toArray(String[]::new));
    }

    private static String text(@Nullable Integer limit) {
        return limit == null ? "0" : limit.toString();
    }

    private static String micros(Duration duration) {
        return Long.toString(duration.toNanos() / 1_000);
    }
}
