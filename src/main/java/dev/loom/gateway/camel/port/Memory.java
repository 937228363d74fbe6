package dev.loom.gateway.camel.port;

import dev.loom.gateway.client.Room;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.InvalidRequest;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.camel.CamelContext;

/**
 * The bytes of bodies and answers that are held at once, and how many there may be ({@code server.memory}). Thread-safe.
 */
public final class Memory {

    /** Bytes. Whoever holds no more than this still finds room where large bodies have taken what they may. */
    private static final long SMALL = 64 << 10;

    /** One part in so many is kept for those that are small. */
    private static final int KEPT = 8;

    /** What is said where there is no room. */
    public static final String FULL =
            "The gateway holds as many bytes of requests and answers as it may (server.memory).";

    /** In Camel's registry. */
    public static final String NAME = "loomMemory";

    /** Where nothing is counted. */
    public static final Memory UNCOUNTED = new Memory(() -> Long.MAX_VALUE);

    private final LongSupplier most;
    private final AtomicLong held = new AtomicLong();
    private final Turns turns = new Turns();

    /** That of the gateway in this context. */
    public static Memory of(CamelContext context) {
        Memory known = context.getRegistry().lookupByNameAndType(NAME, Memory.class);
        return known == null ? UNCOUNTED : known;
    }

    /** @param most bytes; asked each time, so that a reload holds at once */
    public Memory(LongSupplier most) {
        this.most = most;
    }

    /** Bytes. */
    public long held() {
        return held.get();
    }

    /** Of those who work on much of it at once. */
    public Turns turns() {
        return turns;
    }

    /** Whether there is room only for what is small. */
    boolean isFull() {
        return held.get() > bound(Long.MAX_VALUE);
    }

    /** Whether so much would find room now. */
    boolean fits(long bytes) {
        return held.get() + bytes <= bound(bytes);
    }

    /** Whether so much would find room if nothing else were held. */
    boolean couldFit(long bytes) {
        return bytes <= bound(bytes);
    }

    private long bound(long bytes) {
        long all = most.getAsLong();
        return bytes <= SMALL ? all : all - all / KEPT;
    }

    /** What is held already, whether there is room or not. */
    void add(long bytes) {
        held.addAndGet(bytes);
    }

    void remove(long bytes) {
        held.addAndGet(-bytes);
    }

    private boolean take(long bytes, long together) {
        if (bytes == 0) {
            return true;
        }
        long bound = bound(together);
        long before = held.get();
        while (before + bytes <= bound) {
            if (held.compareAndSet(before, before + bytes)) {
                return true;
            }
            before = held.get();
        }
        return false;
    }

    public Share share() {
        return new Share();
    }

    /** What one request holds, or one answer. */
    public final class Share implements Room, AutoCloseable {

        private long bytes;
        private boolean closed;

        /** @return false where there is no room for so much more; nothing is taken then */
        public synchronized boolean take(long more) {
            if (closed || !Memory.this.take(more, bytes + more)) {
                return false;
            }
            bytes += more;
            return true;
        }

        @Override
        public synchronized void require(long more) throws InvalidRequest {
            if (!couldFit(bytes + more)) {
                throw new InvalidRequest(
                        413,
                        ApiError.invalidRequest(
                                "The request needs more memory than the gateway may use (server.memory).",
                                null,
                                "request_too_large"));
            }
            if (!take(more)) {
                throw new InvalidRequest(429, ApiError.server(FULL, "overloaded"));
            }
        }

        @Override
        public synchronized void giveBack(long some) {
            if (!closed) {
                bytes -= some;
                remove(some);
            }
        }

        /** Gives everything back. */
        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                remove(bytes);
            }
        }
    }
}
