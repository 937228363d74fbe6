package dev.loom.gateway.traffic;

import java.time.Instant;

/** The clock of the gateway; tests put in one that they move by hand. Implementations are thread-safe. */
public interface TimeSource {

    /** Nanoseconds since an arbitrary origin, for differences only; never runs backwards. */
    long nanoTime();

    /** The time of day, for what people read. */
    Instant instant();

    /** The clock of this machine. */
    static TimeSource system() {
        return new TimeSource() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public Instant instant() {
                return Instant.now();
            }
        };
    }
}
