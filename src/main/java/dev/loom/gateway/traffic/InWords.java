package dev.loom.gateway.traffic;

import java.time.Duration;

/** Lengths of time for people, who need to know whether to wait. */
public final class InWords {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private InWords() {}

    /** {@code 30 minutes}: rounded up, in the unit of which there are at least two, or seconds. */
    public static String of(Duration length) {
        if (length.compareTo(HOUR.multipliedBy(2)) >= 0) {
            return some(length, HOUR, "hour");
        }
        return length.compareTo(MINUTE.multipliedBy(2)) >= 0
                ? some(length, MINUTE, "minute")
                : some(length, Duration.ofSeconds(1), "second");
    }

    private static String some(Duration length, Duration unit, String name) {
        long count = length.plus(unit).minusNanos(1).dividedBy(unit);
        return count + " " + name + (count == 1 ? "" : "s");
    }
}
