package dev.loom.gateway.camel.port;

/**
 * Whether those who wait for something have waited too long for a while: to take on more would only make everybody wait
 * longer. A pause, such as one of the garbage collector, makes one long wait or two, and is no congestion. Used by one
 * thread at a time; times are in nanoseconds, as of {@link System#nanoTime}.
 */
final class Congestion {

    /** As in CoDel (RFC 8289): a queue that was never short for so long is no burst. */
    static final long INTERVAL = 100_000_000;

    static final int FEWEST = 5;

    /** For so long after the last long wait, the next one is not taken for a pause. */
    static final long MEMORY = 10_000_000_000L;

    private int longWaits;
    private long firstLongWait;
    private boolean now;
    private boolean known;
    private long last;

    /**
     * Tells of a wait that is over.
     *
     * @param at when it was over
     * @param tooLong whether it was longer than it may be
     * @return true if this is news: everything was well for at least {@link #MEMORY}
     */
    boolean waited(long at, boolean tooLong) {
        if (!tooLong) {
            longWaits = 0;
            now = false;
            return false;
        }
        if (longWaits++ == 0) {
            firstLongWait = at;
        }
        boolean lasting = longWaits >= FEWEST && at - firstLongWait >= INTERVAL;
        boolean again = known && at - last < MEMORY;
        now = lasting || again;
        if (now) {
            known = true;
            last = at;
        }
        return lasting && !again;
    }

    /** After the wait that was told of last. */
    boolean isNow() {
        return now;
    }
}
