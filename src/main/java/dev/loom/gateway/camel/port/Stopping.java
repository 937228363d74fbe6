package dev.loom.gateway.camel.port;

import dev.loom.gateway.traffic.TimeSource;
import java.time.Duration;

/**
 * Whether the gateway is on its way down. Not ready from the first moment, so that load balancers turn away; still
 * serving for one second more, until they have noticed.
 */
public final class Stopping {

    public static final Duration STILL_SERVING = Duration.ofSeconds(1);

    private final TimeSource time;
    private volatile long sinceNanos;
    private volatile boolean begun;

    public Stopping(TimeSource time) {
        this.time = time;
    }

    /** The first call counts. */
    public synchronized void begin() {
        if (!begun) {
            sinceNanos = time.nanoTime();
            begun = true;
        }
    }

    public boolean begun() {
        return begun;
    }

    /** Since the stop began; zero before. */
    public Duration elapsed() {
        return begun ? Duration.ofNanos(time.nanoTime() - sinceNanos) : Duration.ZERO;
    }

    /** True when new requests are no longer taken. */
    boolean refuses() {
        return elapsed().compareTo(STILL_SERVING) > 0;
    }
}
