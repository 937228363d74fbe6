package dev.loom.gateway.traffic;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The share of its traffic that a provider takes after it has come back: it grows linearly from 0 to 1. Thread-safe: the
 * time of the return is one atomic number.
 */
final class SlowStart {

    private volatile long nanos;
    private final TimeSource time;
    private final AtomicLong since;

    /**
     * Over at once: a provider starts with its full share.
     *
     * @param length zero: off
     */
    SlowStart(Duration length, TimeSource time) {
        this.nanos = length.toNanos();
        this.time = time;
        this.since = new AtomicLong(time.nanoTime() - nanos);
    }

    /** A provider that has its full share already keeps it. */
    void reconfigure(Duration length) {
        if (share() == 1) {
            since.set(time.nanoTime() - length.toNanos());
        }
        nanos = length.toNanos();
    }

    void restart() {
        since.set(time.nanoTime());
    }

    double share() {
        long elapsed = time.nanoTime() - since.get();
        return elapsed >= nanos ? 1 : (double) elapsed / nanos;
    }
}
