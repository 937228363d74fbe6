package dev.loom.gateway.accounts;

import java.util.Arrays;

/**
 * The last so many milliseconds, in slices. What was used counts for the whole window, and is forgotten at most a sixtieth
 * of it later, so that a limit is never overstepped by rounding.
 */
final class SlidingMeter extends Meter {

    private static final int PARTS = 60;

    /** One more, since the slice of now is not over. */
    private static final int SLICES = PARTS + 1;

    private final long window;
    private final long slice;
    private final long[] amounts = new long[SLICES];
    private long newest;
    private long total;

    /** @param window milliseconds, at least 60 */
    SlidingMeter(long window, long now) {
        this.window = window;
        this.slice = (window + PARTS - 1) / PARTS;
        this.newest = now / slice;
    }

    @Override
    long used(long now) {
        turn(now);
        return Math.max(0, total);
    }

    @Override
    void add(long at, long amount) {
        turn(at);
        long index = at / slice;
        if (index > newest - SLICES) {
            amounts[slot(Math.min(index, newest))] += amount;
            total += amount;
        }
    }

    @Override
    long millisUntilFreed(long now, long amount) {
        turn(now);
        if (amount <= 0) {
            return 0;
        }
        long freed = 0;
        for (long index = newest - SLICES + 1; index <= newest; index++) {
            freed += amounts[slot(index)];
            if (freed >= amount) {
                return Math.max(0, (index + SLICES) * slice - now);
            }
        }
        return window;
    }

    @Override
    long millisOfWindow(long now) {
        return window;
    }

    @Override
    long slice() {
        return slice;
    }

    @Override
    long begin(long now) {
        return 0;
    }

    @Override
    void pourInto(Meter other, long now) {
        turn(now);
        for (long index = newest - SLICES + 1; index <= newest; index++) {
            if (amounts[slot(index)] != 0) {
                other.add(index * slice, amounts[slot(index)]);
            }
        }
    }

    @Override
    void clear() {
        Arrays.fill(amounts, 0);
        total = 0;
    }

    /** Forgets what has left the window. */
    private void turn(long now) {
        long index = now / slice;
        for (long next = Math.max(newest + 1, index - SLICES + 1); next <= index; next++) {
            total -= amounts[slot(next)];
            amounts[slot(next)] = 0;
        }
        newest = Math.max(newest, index);
    }

    private static int slot(long index) {
        return (int) Math.floorMod(index, (long) SLICES);
    }
}
