package dev.loom.gateway.routing;

import dev.loom.gateway.traffic.CoolDown;
import dev.loom.gateway.traffic.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** What providers have asked one request for: not to come back before a time. */
final class RetryAfters {

    private final TimeSource time;
    private final Map<String, Long> ends = new HashMap<>();

    RetryAfters(TimeSource time) {
        this.time = time;
    }

    /** A later end replaces an earlier one; {@link CoolDown#LONGEST} at most. */
    void asked(Candidate candidate, Duration pause) {
        Duration bounded = pause.compareTo(CoolDown.LONGEST) > 0 ? CoolDown.LONGEST : pause;
        ends.merge(candidate.provider(), time.nanoTime() + bounded.toNanos(), (a, b) -> a - b > 0 ? a : b);
    }

    /** Zero where it is over or was none. */
    Duration remaining(Candidate candidate) {
        long now = time.nanoTime();
        return Duration.ofNanos(Math.max(0, ends.getOrDefault(candidate.provider(), now) - now));
    }
}
