package dev.loom.gateway.accounts;

/**
 * What was used in the window of a limit. Times are milliseconds since 1970, so that a start can go on from what is
 * stored; a clock that is set back stands still here. Not thread-safe.
 */
abstract class Meter {

    /** Used within the window. */
    abstract long used(long now);

    /** Adds, or takes away if it is negative. */
    abstract void add(long at, long amount);

    /** Milliseconds until at least so much of what is used now counts no more; 0 for nothing. */
    abstract long millisUntilFreed(long now, long amount);

    /** Milliseconds until nothing of what is used now counts any more. */
    long millisUntilEmpty(long now) {
        return millisUntilFreed(now, used(now));
    }

    /** Milliseconds that a window lasts from now on. */
    abstract long millisOfWindow(long now);

    /** Milliseconds of a slice; 0 for a window of the calendar. */
    abstract long slice();

    /** When a window of the calendar began; 0 for one that slides. */
    abstract long begin(long now);

    /** Adds to another meter what is used here, at the times at which it was. */
    abstract void pourInto(Meter other, long now);

    abstract void clear();
}
