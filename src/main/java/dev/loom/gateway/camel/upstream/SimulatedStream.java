package dev.loom.gateway.camel.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The bytes of a simulated stream, one event at a time, each at its pace. Closing it wakes a reader that waits. */
public final class SimulatedStream extends InputStream {

    private final List<byte[]> events;
    private final long pauseNanos;
    private final int breakAfter;
    private final CountDownLatch closed;
    private int next;
    private byte[] event = {};
    private int position;

    /**
     * @param pauseNanos before each event but the first
     * @param breakAfter events after which the connection breaks, null for never
     * @param closed counted down from outside when the call is cancelled
     */
    public SimulatedStream(List<byte[]> events, long pauseNanos, @Nullable Integer breakAfter, CountDownLatch closed) {
        this.events = events;
        this.pauseNanos = pauseNanos;
        this.breakAfter = breakAfter == null ? Integer.MAX_VALUE : breakAfter;
        this.closed = closed;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (position == event.length && !advance()) {
            return -1;
        }
        int count = Math.min(length, event.length - position);
        System.arraycopy(event, position, target, offset, count);
        position += count;
        return count;
    }

    private boolean advance() throws IOException {
        byte[] following = next();
        if (following == null) {
            return false;
        }
        event = following;
        position = 0;
        return true;
    }

    /**
     * One event, when it is time for it; not to be mixed with reading.
     *
     * @return null after the last
     */
    public byte @Nullable [] next() throws IOException {
        if (next == events.size()) {
            return null;
        }
        if (next > breakAfter) {
            throw new IOException("The simulated connection broke after " + breakAfter + " tokens, as configured");
        }
        pause(closed, next == 0 ? 0 : pauseNanos);
        return events.get(next++);
    }

    /** Waits so long, or fails as soon as the call is cancelled. */
    static void pause(CountDownLatch closed, long nanos) throws IOException {
        try {
            if (closed.await(nanos, TimeUnit.NANOSECONDS)) {
                throw new IOException("Connection closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
