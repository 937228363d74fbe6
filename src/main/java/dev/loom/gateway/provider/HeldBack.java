package dev.loom.gateway.provider;

/** How much of a stream waits until something before it is whole, in all its choices. */
public final class HeldBack {

    /** Bytes. As much as a client would hardly wait for; arguments that a model writes have some thousands. */
    private static final long MOST = 16 << 20;

    /** Bytes that a call, or a delta, takes beside its text. */
    private static final int ENTRY = 256;

    private long bytes;

    /** Bytes that a piece takes while it waits, of which each character is counted as two. */
    public static long size(String text) {
        return 2L * text.length();
    }

    public void add(long more) {
        bytes += more;
    }

    public void addEntry() {
        bytes += ENTRY;
    }

    public void release(long less) {
        bytes -= less;
    }

    public void releaseEntry() {
        bytes -= ENTRY;
    }

    public boolean isTooMuch() {
        return bytes > MOST;
    }

    public static String limit() {
        return (MOST >> 20) + " MiB";
    }
}
