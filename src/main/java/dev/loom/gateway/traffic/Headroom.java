package dev.loom.gateway.traffic;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What a provider's own headers say it still allows, by the name of the limit. A report holds until its reset.
 * Thread-safe: a concurrent map of immutable reports, the latest wins.
 */
public final class Headroom {

    /** A share so small that only a limit without anything left is below it. */
    private static final double NOTHING = Double.MIN_NORMAL;

    private record Report(long remaining, long limit, long reset) {
        boolean below(double share) {
            return remaining < share * limit;
        }
    }

    private final TimeSource time;
    private final ConcurrentMap<String, Report> reports = new ConcurrentHashMap<>();

    public Headroom(TimeSource time) {
        this.time = time;
    }

    /**
     * Takes note of one limit.
     *
     * @param limit its name, such as {@code requests} or {@code input-tokens}
     * @param remaining what is left of it
     * @param limitTotal the whole of it; a report of none is ignored
     * @param resetIn until it is whole again; counted as {@link CoolDown#LONGEST} at most
     */
    public void observe(String limit, long remaining, long limitTotal, Duration resetIn) {
        if (limitTotal > 0) {
            Duration bounded = resetIn.compareTo(CoolDown.LONGEST) > 0 ? CoolDown.LONGEST : resetIn;
            reports.put(limit, new Report(remaining, limitTotal, time.nanoTime() + bounded.toNanos()));
        }
    }

    /** Forgets every report. */
    public void clear() {
        reports.clear();
    }

    /** Whether less than this share (0 to 1) of some limit is left. */
    public boolean low(double share) {
        return !remaining(share).isZero();
    }

    /** Whether nothing at all is left of some limit. */
    public boolean exhausted() {
        return !untilReset().isZero();
    }

    /** Time until every limit of which nothing is left is reset; zero if there is none. */
    public Duration untilReset() {
        return remaining(NOTHING);
    }

    /** Time until every limit that has less than this share left is reset; zero if there is none. */
    public Duration remaining(double share) {
        if (reports.isEmpty()) {
            return Duration.ZERO;
        }
        long now = time.nanoTime();
        long longest = reports.values().stream()
                .filter(report -> report.below(share))
                .mapToLong(report -> report.reset - now)
                .max()
                .orElse(0);
        return Duration.ofNanos(Math.max(0, longest));
    }
}
