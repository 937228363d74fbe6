package dev.loom.gateway.replay;

import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.routing.Candidate;
import dev.loom.gateway.routing.RoutingObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What a replay under one configuration comes to. */
final class Tally implements RoutingObserver {

    /** What falls to one provider. */
    static final class Share {
        long calls;
        long answers;
        long inputTokens;
        long outputTokens;
        double costUsd;
        long failedOver;
        long refused;
    }

    private final Map<String, Share> shares = new LinkedHashMap<>();
    private final SortedMap<Integer, Long> errors = new TreeMap<>();
    private final List<Long> millis = new ArrayList<>();
    private final Set<String> assumedPaces = new TreeSet<>();
    private long assumedCalls;

    /** @param providers that are to stand in the report even if nothing falls to them */
    Tally(Iterable<String> providers) {
        providers.forEach(this::share);
    }

    Share share(String provider) {
        return shares.computeIfAbsent(provider, key -> new Share());
    }

    Set<String> providers() {
        return shares.keySet();
    }

    @Override
    public void failedOver(String from, String to, String reason) {
        share(from).failedOver++;
    }

    @Override
    public void limited(String provider, String limit) {
        share(provider).refused++;
    }

    @Override
    public void ended(Candidate candidate, Outcome outcome, @Nullable Usage usage, double costUsd, double seconds) {
        Share share = share(candidate.provider());
        share.calls++;
        share.costUsd += costUsd;
        if (outcome == Outcome.SUCCESS && usage != null) {
            share.answers++;
            share.inputTokens += usage.input();
            share.outputTokens += usage.output();
        }
    }

    /** A call of which the file does not tell how it ended. */
    void assumedSuccess() {
        assumedCalls++;
    }

    /** A call at a provider of which the file tells no time. */
    void assumedPace(String provider) {
        assumedPaces.add(provider);
    }

    /** A client has its whole answer. */
    void answered(Duration sinceRequest) {
        millis.add(sinceRequest.toMillis());
    }

    /** A client has got an error with this status. */
    void failed(int status) {
        errors.merge(status, 1L, Long::sum);
    }

    long answered() {
        return millis.size();
    }

    long failed() {
        return errors.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Clients' errors by status. */
    SortedMap<Integer, Long> errors() {
        return errors;
    }

    long assumedCalls() {
        return assumedCalls;
    }

    Set<String> assumedPaces() {
        return assumedPaces;
    }

    long sum(ToLongFunction<Share> figure) {
        return shares.values().stream().mapToLong(figure).sum();
    }

    double costUsd() {
        return shares.values().stream().mapToDouble(share -> share.costUsd).sum();
    }

    /** Of all answers, 0 to 1. */
    double shareOfAnswers(String provider) {
        return (double) share(provider).answers / Math.max(1, sum(share -> share.answers));
    }

    /** Milliseconds from the request to the last byte, by nearest rank; 0 where nothing was answered. */
    long millis(int percent) {
        List<Long> sorted = millis.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get((sorted.size() * percent + 99) / 100 - 1);
    }
}
