package dev.loom.gateway.traffic;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that a test moves by hand. It begins ten seconds before the origin of the nanoseconds, which may be negative. */
public final class ManualTime implements TimeSource {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicLong elapsed = new AtomicLong();

    @Override
    public long nanoTime() {
        return elapsed.get() - 10_000_000_000L;
    }

    @Override
    public Instant instant() {
        return START.plusNanos(elapsed.get());
    }

    public void advance(Duration by) {
        elapsed.addAndGet(by.toNanos());
    }
}
