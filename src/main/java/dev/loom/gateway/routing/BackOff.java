package dev.loom.gateway.routing;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Pauses of 250 ms, doubled each time, at most 4 s, with full jitter: any length up to that is as likely as any other. */
final class BackOff {

    private static final long FIRST_NANOS = Duration.ofMillis(250).toNanos();
    private static final long LONGEST_NANOS = Duration.ofSeconds(4).toNanos();

    private final RandomGenerator random;
    private long bound = FIRST_NANOS;

    BackOff(RandomGenerator random) {
        this.random = random;
    }

    Duration next() {
        long nanos = (long) (random.nextDouble() * bound);
        bound = Math.min(2 * bound, LONGEST_NANOS);
        return Duration.ofNanos(nanos);
    }
}
