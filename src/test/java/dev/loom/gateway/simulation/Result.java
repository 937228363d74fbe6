package dev.loom.gateway.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a simulation counts. */
final class Result {

    /** The charts' resolution. */
    static final Duration SLICE = Duration.ofSeconds(10);

    private final Map<String, long[]> calls = new LinkedHashMap<>();
    private final Map<String, Long> mostAtOnce = new LinkedHashMap<>();
    private final long[] failures;
    private final List<Long> latencies = new ArrayList<>();
    private final List<Long> firstTokens = new ArrayList<>();
    private int requests;
    private int wasted;
    private int failovers;
    private double costUsd;
    private boolean leaked;

    Result(Iterable<String> providers, Duration length) {
        int slices = (int) (length.toNanos() / SLICE.toNanos());
        providers.forEach(provider -> calls.put(provider, new long[slices]));
        failures = new long[slices];
    }

    private static void count(long[] counts, Duration time) {
        counts[Math.min(counts.length - 1, (int) (time.toNanos() / SLICE.toNanos()))]++;
    }

    void request() {
        requests++;
    }

    void call(String provider, Duration time) {
        calls.computeIfPresent(provider, (key, counts) -> {
            count(counts, time);
            return counts;
        });
    }

    /** So many calls are at a provider now. */
    void atOnce(String provider, long calls) {
        mostAtOnce.merge(provider, calls, Math::max);
    }

    /** Calls that were at a provider at the same time. */
    long mostAtOnce(String provider) {
        return mostAtOnce.getOrDefault(provider, 0L);
    }

    /** A call that came to nothing. */
    void waste() {
        wasted++;
    }

    void failover() {
        failovers++;
    }

    void firstToken(Duration sinceRequest) {
        firstTokens.add(sinceRequest.toMillis());
    }

    void success(Duration sinceRequest) {
        latencies.add(sinceRequest.toMillis());
    }

    void failure(Duration requestTime) {
        count(failures, requestTime);
    }

    void cost(double usd) {
        costUsd += usd;
    }

    /** Something was taken for a request and never given back. */
    void leak() {
        leaked = true;
    }

    boolean leaked() {
        return leaked;
    }

    int requests() {
        return requests;
    }

    int wasted() {
        return wasted;
    }

    int failovers() {
        return failovers;
    }

    double costUsd() {
        return costUsd;
    }

    double successRate() {
        return (double) latencies.size() / requests;
    }

    long latency(int percent) {
        return percentile(latencies, percent);
    }

    long firstToken(int percent) {
        return percentile(firstTokens, percent);
    }

    private static long percentile(List<Long> values, int percent) {
        List<Long> sorted = values.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get((sorted.size() * percent + 99) / 100 - 1);
    }

    /** Share of all calls, 0 to 1. */
    double share(String provider) {
        long all = calls.values().stream().mapToLong(Result::sum).sum();
        return (double) sum(calls.getOrDefault(provider, new long[0])) / Math.max(1, all);
    }

    private static long sum(long[] counts) {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }

    /** Calls per slice of time, by provider. */
    Map<String, long[]> calls() {
        return calls;
    }

    /** Requests that failed in the end, per slice of the time at which they came. */
    long[] failures() {
        return failures;
    }
}
