package dev.loom.gateway.replay;

import dev.loom.gateway.traffic.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A clock that jumps from one event to the next. Events of the same moment run in the order of their making. Used by one thread. */
public final class EventQueue implements TimeSource {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private record Event(long nanos, long number, Runnable action) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::nanos).thenComparingLong(Event::number));
    private long now;
    private long made;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Instant instant() {
        return START.plusNanos(now);
    }

    /** @param delay a negative one is none */
    public void after(Duration delay, Runnable action) {
        events.add(new Event(now + Math.max(0, delay.toNanos()), made++, action));
    }

    /** Runs until nothing is left to happen. */
    public void run() {
        for (Event event = events.poll(); event != null; event = events.poll()) {
            now = event.nanos;
            event.action.run();
        }
    }
}
