package dev.loom.gateway.traffic;

import java.time.Duration;

/**
 * The values of the last few minutes, and their percentiles within 1 %. A value counts for the whole window and is
 * forgotten at most a thirtieth of it later.
 *
 * <p>The window is a ring of slices, each a histogram whose buckets grow by 2 % (the scheme of DDSketch, Masson et al.,
 * VLDB 2019), beside their running total. Memory is bounded whatever the rate: about 150 kB once every slice has been
 * used, next to nothing before. Thread-safe: every method holds the object's own lock for a few additions; a percentile
 * walks some 1,200 counters.
 */
public final class SlidingWindow {

    private static final int SLICES = 31;

    private final TimeSource time;
    private final long sliceNanos;
    private final Histogram[] slices = new Histogram[SLICES];
    private final Histogram total = new Histogram();
    private long slice;
    private long countSinceStart;
    private double sumSinceStart;

    /**
     * An empty window.
     *
     * @param window how long a value counts
     */
    public SlidingWindow(Duration window, TimeSource time) {
        this.time = time;
        this.sliceNanos = Math.max(1, window.toNanos() / (SLICES - 1));
        this.slice = Math.floorDiv(time.nanoTime(), sliceNanos);
    }

    /** Adds a value, 0.001 to 10,000,000 in whatever unit; what lies outside counts as the nearest bound. */
    public synchronized void record(double value) {
        turn();
        int index = (int) Math.floorMod(slice, (long) SLICES);
        if (slices[index] == null) {
            slices[index] = new Histogram();
        }
        slices[index].add(value);
        total.add(value);
        countSinceStart++;
        sumSinceStart += value;
    }

    /** How many values were ever recorded, for counters that only grow. */
    public synchronized long countSinceStart() {
        return countSinceStart;
    }

    /** The sum of all that was ever recorded. */
    public synchronized double sumSinceStart() {
        return sumSinceStart;
    }

    public synchronized int count() {
        turn();
        return total.count();
    }

    /**
     * The value below or at which that part of all lie; NaN when the window is empty.
     *
     * @param p percent, 0 to 100
     */
    public synchronized double percentile(double p) {
        turn();
        return total.percentile(p);
    }

    /** The arithmetic mean; NaN when the window is empty. */
    public synchronized double mean() {
        turn();
        return total.mean();
    }

    /** Forgets the slices that have left the window. */
    private void turn() {
        long now = Math.floorDiv(time.nanoTime(), sliceNanos);
        for (long expired = Math.max(slice + 1, now - SLICES + 1); expired <= now; expired++) {
            forget((int) Math.floorMod(expired, (long) SLICES));
        }
        slice = Math.max(slice, now);
    }

    private void forget(int index) {
        if (slices[index] != null && slices[index].count() > 0) {
            total.subtract(slices[index]);
            slices[index].clear();
        }
    }
}
