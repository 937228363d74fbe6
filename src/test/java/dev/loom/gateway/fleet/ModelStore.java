package dev.loom.gateway.fleet;

import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.traffic.Limits.Refusal;
import dev.loom.gateway.traffic.LocalLimits;
import dev.loom.gateway.traffic.TimeSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A server in this process that counts as {@code limits.lua} does, out of buckets in memory and a map of leases: what the
 * script is held against, and what stands for the server where time is the test's. Other scripts do nothing. Thread-safe.
 */
final class ModelStore implements Commands {

    private static final List<String> LIMITS =
            List.of("requests_per_minute", "tokens_per_minute", "concurrent_requests");

    private final TimeSource time;
    private final Map<String, Book> books = new HashMap<>();

    ModelStore(TimeSource time) {
        this.time = time;
    }

    /** What an instance's configuration says, and until when it counts, in microseconds. */
    private record Said(RateLimitConfig limits, long ends) {}

    @Override
    public CompletableFuture<List<Object>> run(Script script, String[] keys, String... args) {
        return CompletableFuture.completedFuture(script == Script.LIMITS ? now(keys, args) : List.of());
    }

    private synchronized List<Object> now(String[] keys, String... args) {
        List<String> words = List.of(args);
        RateLimitConfig own = config(number(words, 2), number(words, 3), number(words, 4));
        Book book = books.computeIfAbsent(keys[0], key -> new Book(own));
        book.expire();
        return switch (words.get(0)) {
            case "reserve" -> book.reserve(number(words, 5), words.get(6), number(words, 7));
            case "settle" -> book.settle(words.get(5), number(words, 6), number(words, 7));
            default -> book.renew(own, words);
        };
    }

    /** Everything is forgotten. */
    synchronized void lose() {
        books.clear();
    }

    /** Permits that are out. */
    synchronized int inUse(String owner) {
        Book book = books.get(new Keys("loom:").limits(owner)[0]);
        if (book == null) {
            return 0;
        }
        book.expire();
        return book.leases.size();
    }

    @Override
    public void close() {
        // Nothing is open.
    }

    private static long number(List<String> words, int place) {
        return Long.parseLong(words.get(place));
    }

    private static RateLimitConfig config(long requests, long tokens, long permits) {
        return new RateLimitConfig(limit(requests), limit(tokens), limit(permits));
    }

    private static Integer limit(long limit) {
        return limit == 0 ? null : (Integer) (int) limit;
    }

    private static long zero(Integer limit) {
        return limit == null ? 0 : limit;
    }

    private final class Book {

        private final LocalLimits buckets;
        private final Map<String, Said> said = new HashMap<>();
        private final Map<String, Long> leases = new TreeMap<>();
        private RateLimitConfig limits;

        private Book(RateLimitConfig limits) {
            this.limits = limits;
            this.buckets = new LocalLimits(withoutPermits(limits), time);
        }

        private static RateLimitConfig withoutPermits(RateLimitConfig limits) {
            return new RateLimitConfig(limits.requestsPerMinute(), limits.tokensPerMinute(), null);
        }

        private long micros() {
            return time.nanoTime() / 1_000;
        }

        private void expire() {
            leases.values().removeIf(ends -> ends <= micros());
        }

        private List<Object> reserve(long tokens, String permit, long lease) {
            Refusal refusal = buckets.check(tokens);
            if (refusal != null) {
                return reply(
                        1 + LIMITS.indexOf(refusal.limit()), refusal.retryIn().toNanos() / 1_000);
            }
            if (limits.concurrentRequests() != null && leases.size() >= limits.concurrentRequests()) {
                return reply(3, 0);
            }
            buckets.reserve(tokens);
            lease(permit, lease);
            return reply(0, 0);
        }

        private void lease(String permit, long life) {
            if (limits.concurrentRequests() != null) {
                leases.put(permit, micros() + life);
            }
        }

        private List<Object> settle(String permit, long requests, long tokens) {
            leases.remove(permit);
            buckets.move((int) requests, tokens, 0);
            return reply(0, 0);
        }

        private List<Object> renew(RateLimitConfig own, List<String> words) {
            String instance = words.get(5);
            boolean unknown = !said.containsKey(instance);
            boolean same = agree(own, instance, number(words, 6));
            if (unknown) {
                buckets.adopt(
                        withoutPermits(limits),
                        buckets.requests() - Math.max(0, number(words, 9) - buckets.missingRequests()),
                        buckets.tokens() - Math.max(0, number(words, 10) - buckets.missingTokens()),
                        0);
            }
            buckets.move((int) number(words, 7), number(words, 8), 0);
            int held = 13 + (int) number(words, 12);
            List<String> named = words.subList(13, words.size());
            words.subList(13, held).forEach(permit -> lease(permit, number(words, 11)));
            leases.keySet().removeIf(permit -> permit.startsWith(instance + ":") && !named.contains(permit));
            return reply(same ? 0 : 1, 0);
        }

        private boolean agree(RateLimitConfig own, String instance, long life) {
            said.remove(instance);
            if (life > 0) {
                said.put(instance, new Said(own, micros() + life));
            }
            said.values().removeIf(each -> each.ends() <= micros());
            List<RateLimitConfig> all =
                    new ArrayList<>(said.values().stream().map(Said::limits).toList());
            limits = all.stream().reduce(RateLimitConfig.NONE, Book::smaller);
            buckets.reconfigure(withoutPermits(limits));
            return all.stream().allMatch(own::equals);
        }

        private static RateLimitConfig smaller(RateLimitConfig a, RateLimitConfig b) {
            return new RateLimitConfig(
                    smaller(a.requestsPerMinute(), b.requestsPerMinute()),
                    smaller(a.tokensPerMinute(), b.tokensPerMinute()),
                    smaller(a.concurrentRequests(), b.concurrentRequests()));
        }

        private static Integer smaller(Integer a, Integer b) {
            return a == null ? b : b == null ? a : (Integer) Math.min(a, b);
        }

        private List<Object> reply(int code, long wait) {
            return List.of(
                    (long) code,
                    wait,
                    zero(limits.requestsPerMinute()),
                    zero(limits.tokensPerMinute()),
                    zero(limits.concurrentRequests()),
                    buckets.requests(),
                    buckets.tokens(),
                    limits.concurrentRequests() == null ? 0L : (long) leases.size());
        }
    }
}
