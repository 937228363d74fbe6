package dev.loom.gateway.camel.port;

import dev.loom.gateway.traffic.TimeSource;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long requests wait for a processor: for the turn of their event loop, and until a worker that is free has begun. With
 * {@code server.max_lag} new requests are refused while that takes too long, so that those within are served in time.
 */
public final class Lag {

    private static final Logger LOG = LoggerFactory.getLogger(Lag.class);

    /** Between two looks, so that they cost nothing. */
    private static final long EVERY_NANOS = 1_000_000;

    private final TimeSource time;
    private final ThreadLocal<Loop> loops = ThreadLocal.withInitial(this::loop);
    private final Congestion ofWorkers = new Congestion();
    private final AtomicInteger starting = new AtomicInteger();
    private final AtomicLong longestStart = new AtomicLong();
    private volatile boolean startsTooLate;

    public Lag(TimeSource time) {
        this.time = time;
    }

    /** One event loop's; only its own thread uses it. */
    private static final class Loop {
        private final Congestion congestion = new Congestion();
        private boolean asking;
        private long lastAsked;
    }

    private Loop loop() {
        Loop loop = new Loop();
        loop.lastAsked = time.nanoTime() - EVERY_NANOS;
        return loop;
    }

    /** A task is given to a free worker. @return the moment, for {@link #begun} */
    long given() {
        starting.incrementAndGet();
        return time.nanoTime();
    }

    /** The worker has begun. */
    void begun(long given) {
        starting.decrementAndGet();
        longestStart.accumulateAndGet(time.nanoTime() - given, Math::max);
    }

    /**
     * Asked for each request, on its event loop.
     *
     * @param most how long a request may wait for its turn; zero: as long as it takes
     */
    boolean isTooLong(Vertx vertx, Duration most) {
        if (most.isZero()) {
            return false;
        }
        Loop loop = loops.get();
        long now = time.nanoTime();
        if (!loop.asking && now - loop.lastAsked >= EVERY_NANOS) {
            loop.asking = true;
            loop.lastAsked = now;
            vertx.runOnContext(turn -> look(loop, most));
        }
        return loop.congestion.isNow() || startsTooLate;
    }

    private void look(Loop loop, Duration most) {
        loop.asking = false;
        long now = time.nanoTime();
        boolean news = loop.congestion.waited(now, now - loop.lastAsked > most.toNanos());
        if (lookAtWorkers(now, most) || news) {
            LOG.warn(
                    "Requests wait for a processor for longer than {} ms (server.max_lag): new ones get 429 until that ends",
                    most.toMillis());
        }
    }

    /** By one event loop at a time; no virtual thread waits here, nor does anything wait for one. */
    private synchronized boolean lookAtWorkers(long now, Duration most) {
        long longest = longestStart.getAndSet(0);
        if (longest == 0 && starting.get() > 0) {
            return false;
        }
        boolean news = ofWorkers.waited(now, longest > most.toNanos());
        startsTooLate = ofWorkers.isNow();
        return news;
    }
}
