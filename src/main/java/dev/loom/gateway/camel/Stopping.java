package dev.loom.gateway.camel;

import dev.loom.gateway.traffic.TimeSource;
import java.time.Duration;

/**
 * Whether the gateway is on its way down. Not ready from the first moment, so that load balancers turn away; still
 * serving for one second more, until they have noticed.
 */
final class Stopping {

    private static final Duration STILL_SERVING = Duration.ofSeconds(1);

    private final TimeSource time;
    private volatile long sinceNanos;
    private volatile boolean begun;

    Stopping(TimeSource time) {
        this.time = time;
    }

    void begin() {
        sinceNanos = time.nanoTime();
        begun = true;
    }

    boolean begun() {
        return begun;
    }

    /** True when new requests are no longer taken. */
    boolean refuses() {
        return begun && time.nanoTime() - sinceNanos > STILL_SERVING.toNanos();
    }
}
