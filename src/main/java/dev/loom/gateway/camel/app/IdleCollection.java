package dev.loom.gateway.camel.app;

import dev.loom.gateway.camel.port.InFlight;
import dev.loom.gateway.traffic.TimeSource;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Gives memory back after a load: a collector that works only when it needs room keeps what the load needed. Once nobody
 * has asked for a while, the whole heap is collected, so that the JVM can shrink it; no request waits for that.
 */
final class IdleCollection {

    /** Between two looks whether somebody asks. */
    private static final long LOOK_MILLIS = 1_000;

    private final Duration idle;
    private final LongSupplier begun;
    private final IntSupplier underWay;
    private final TimeSource time;
    private final Runnable collect;
    private long seen;
    private long since;
    private boolean used;

    /**
     * @param idle how long nobody has to ask
     * @param begun requests since the start
     * @param underWay requests now
     */
    IdleCollection(Duration idle, LongSupplier begun, IntSupplier underWay, TimeSource time, Runnable collect) {
        this.idle = idle;
        this.begun = begun;
        this.underWay = underWay;
        this.time = time;
        this.collect = collect;
        this.since = time.nanoTime();
        // The start itself leaves garbage.
        this.used = true;
    }

    /**
     * Looks from now on, until Vert.x ends.
     *
     * @param idle zero: never
     */
    static void watch(Duration idle, InFlight inFlight, Vertx vertx) {
        if (!idle.isZero()) {
            IdleCollection collection =
                    new IdleCollection(idle, inFlight::begun, inFlight::count, TimeSource.system(), SmallHeap::make);
            vertx.setPeriodic(LOOK_MILLIS, look -> collection.look());
        }
    }

    /** To be called now and then, by one thread. */
    void look() {
        long now = time.nanoTime();
        long count = begun.getAsLong();
        if (count != seen || underWay.getAsInt() > 0) {
            seen = count;
            since = now;
            used = true;
        } else if (used && now - since >= idle.toNanos()) {
            used = false;
            collect.run();
        }
    }
}
