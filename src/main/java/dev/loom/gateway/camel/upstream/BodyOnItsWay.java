package dev.loom.gateway.camel.upstream;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The body of one request on its way to a provider, in pieces, so that it can be seen whether the provider takes any of
 * it. Written by one thread; any may look.
 */
final class BodyOnItsWay extends FilterOutputStream {

    private static final int PIECE = 64 << 10;

    private volatile long written;
    private volatile boolean broken;
    private long seen = -1;
    private int still;

    BodyOnItsWay(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        long before = written;
        try {
            for (int from = 0; from < length; from += PIECE) {
                int piece = Math.min(PIECE, length - from);
                out.write(bytes, offset + from, piece);
                written = before + from + piece;
            }
        } catch (IOException e) {
            broken = true;
            throw e;
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            out.flush();
        } catch (IOException e) {
            broken = true;
            throw e;
        }
    }

    /** Whether the provider did not take it all; else whatever went wrong was on this side. */
    boolean isBroken() {
        return broken;
    }

    /** How many times in a row this has been asked, and the provider had taken nothing more. Asked by one thread at a time. */
    int stillFor() {
        long now = written;
        still = now == seen ? still + 1 : 0;
        seen = now;
        return still;
    }
}
