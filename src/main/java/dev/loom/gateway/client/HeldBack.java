package dev.loom.gateway.client;

/** How much of a stream waits until something before it is whole, in all its choices. */
final class HeldBack {

    /** Bytes. As much as a client would hardly wait for; arguments that a model writes have some thousands. */
    private static final long MOST = 16 << 20;

    /** Bytes that a call, or a delta, takes beside its text. */
    private static final int ENTRY = 256;

    private long bytes;

    /** Bytes that a piece takes while it waits, of which each character is counted as two. */
    static long size(String text) {
        return 2L * text.length();
    }

    void add(long more) {
        bytes += more;
    }

    void addEntry() {
        bytes += ENTRY;
    }

    void release(long less) {
        bytes -= less;
    }

    void releaseEntry() {
        bytes -= ENTRY;
    }

    boolean isTooMuch() {
        return bytes > MOST;
    }

    static String limit() {
        return (MOST >> 20) + " MiB";
    }
}
