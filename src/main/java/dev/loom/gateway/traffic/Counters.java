package dev.loom.gateway.traffic;

import dev.loom.gateway.config.CostConfig.Price;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.Usage;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What a provider has done since the start. Counts are attempts at this provider. Thread-safe: adders, each exact by
 * itself; a {@link Snapshot} is not one instant of them all.
 */
public final class Counters {

    /** The span that the quantiles of the admin API look back on. */
    public static final Duration WINDOW = Duration.ofMinutes(5);

    private static final double NANO_DOLLARS = 1e9;

    /**
     * All figures.
     *
     * @param requests attempts begun
     * @param errors by outcome, only those that occurred; hang-ups are not among them
     */
    public record Snapshot(
            long requests,
            long successes,
            Map<Outcome, Long> errors,
            long hangUps,
            Usage tokens,
            double costUsd,
            long inFlight) {

        public long errorCount() {
            return errors.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    private final LongAdder requests = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);
    private final LongAdder input = new LongAdder();
    private final LongAdder output = new LongAdder();
    private final LongAdder cached = new LongAdder();
    private final LongAdder nanoDollars = new LongAdder();
    private final SlidingWindow latency;
    private final SlidingWindow firstToken;

    public Counters(TimeSource time) {
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(outcome, new LongAdder());
        }
        latency = new SlidingWindow(WINDOW, time);
        firstToken = new SlidingWindow(WINDOW, time);
    }

    /** An attempt begins. */
    public void began() {
        requests.increment();
    }

    /** An attempt is over, to its last byte; exactly once for each that began. */
    public void ended() {
        ended.increment();
    }

    /** What an attempt came to. A stream that breaks off after its success is an error more. */
    public void outcome(Outcome outcome) {
        adder(outcome).increment();
    }

    private LongAdder adder(Outcome outcome) {
        return Objects.requireNonNull(outcomes.get(outcome));
    }

    /**
     * Tokens used, and what they cost.
     *
     * @param price null where the user set none: they cost nothing
     */
    public void used(Usage usage, @Nullable Price price) {
        input.add(usage.input());
        output.add(usage.output());
        cached.add(usage.cached());
        if (price != null) {
            nanoDollars.add(Math.round(costUsd(usage, price) * NANO_DOLLARS));
        }
    }

    /** US dollars. */
    public static double costUsd(Usage usage, Price price) {
        Double cachedPrice = price.cachedPer1k();
        double perCached = cachedPrice != null ? cachedPrice : price.inputPer1k();
        double thousandfold = (usage.input() - usage.cached()) * price.inputPer1k()
                + usage.cached() * perCached
                + usage.output() * price.outputPer1k();
        return thousandfold / 1_000;
    }

    /** An attempt took so long, from its beginning to the last byte. */
    public void took(Duration elapsed) {
        latency.record(elapsed.toNanos() / 1e6);
    }

    /** Whole time of attempts in milliseconds, over the last {@link #WINDOW}. */
    public SlidingWindow latency() {
        return latency;
    }

    /** Time to first token of streams in milliseconds, over the last {@link #WINDOW}. */
    public SlidingWindow firstToken() {
        return firstToken;
    }

    public long inFlight() {
        // In this order, so that an attempt which ends meanwhile cannot make it negative.
        long over = ended.sum();
        return requests.sum() - over;
    }

    public Snapshot snapshot() {
        Map<Outcome, Long> errors = new EnumMap<>(Outcome.class);
        outcomes.forEach((outcome, adder) -> {
            if (outcome != Outcome.SUCCESS && outcome != Outcome.HANG_UP && adder.sum() > 0) {
                errors.put(outcome, adder.sum());
            }
        });
        return new Snapshot(
                requests.sum(),
                adder(Outcome.SUCCESS).sum(),
                errors,
                adder(Outcome.HANG_UP).sum(),
                new Usage(input.sum(), output.sum(), cached.sum()),
                nanoDollars.sum() / NANO_DOLLARS,
                inFlight());
    }
}
