package dev.loom.gateway.camel.port;

import dev.loom.gateway.client.Room;
import dev.loom.gateway.provider.InvalidRequest;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Large requests and answers take turns to be read and written, and half of the processors are left to small ones. A virtual
 * thread gives its processor back only where it waits, and a hundred of them that read megabytes would let a small request
 * wait until the last one is through. Thread-safe.
 */
public final class Turns {

    /** Bytes; what is smaller is read in a few milliseconds. */
    private static final int LARGE = 1 << 20;

    /** How many are at work at one time. */
    static final int MOST = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    private final Semaphore free = new Semaphore(MOST, true);

    /** For one request, of which one step runs at a time. */
    public Turn turn() {
        return new Turn();
    }

    /** To be released when a step of the request is through; the next one waits anew. */
    public final class Turn {

        /** So that no turn is lost where a route works on one request in several threads after all. */
        private final AtomicBoolean taken = new AtomicBoolean();

        private Turn() {}

        /** Waits for its turn where there is so much to do, unless it has it already. */
        public Turn take(long bytes) {
            if (bytes >= LARGE && taken.compareAndSet(false, true)) {
                free.acquireUninterruptibly();
            }
            return this;
        }

        /** @return where what is found there waits for its turn as well */
        public Room in(Room room) {
            return new Room() {
                @Override
                public void require(long bytes) throws InvalidRequest {
                    room.require(bytes);
                    take(bytes);
                }

                @Override
                public void giveBack(long bytes) {
                    room.giveBack(bytes);
                }
            };
        }

        public void release() {
            if (taken.compareAndSet(true, false)) {
                free.release();
            }
        }
    }
}
