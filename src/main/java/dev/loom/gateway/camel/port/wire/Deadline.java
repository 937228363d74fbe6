package dev.loom.gateway.camel.port.wire;

import dev.loom.gateway.traffic.TimeSource;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A moment by which something must have happened, which moves often and passes seldom. Moving it on costs nothing: the
 * look that is scheduled already looks again. Used on the thread of its executor only.
 */
final class Deadline {

    private final TimeSource time;
    private final EventExecutor executor;
    private final Runnable passed;
    private @Nullable ScheduledFuture<?> look;
    private long lookNanos;
    private long nanos;
    private boolean set;

    Deadline(TimeSource time, EventExecutor executor, Runnable passed) {
        this.time = time;
        this.executor = executor;
        this.passed = passed;
    }

    /** In the place of what was set before. */
    void in(Duration duration) {
        nanos = time.nanoTime() + duration.toNanos();
        set = true;
        if (look == null || nanos - lookNanos < 0) {
            lookAt(nanos);
        }
    }

    void clear() {
        set = false;
    }

    void close() {
        set = false;
        if (look != null) {
            look.cancel(false);
        }
    }

    private void lookAt(long when) {
        if (look != null) {
            look.cancel(false);
        }
        lookNanos = when;
        look = executor.schedule(this::look, when - time.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void look() {
        look = null;
        if (set && nanos - time.nanoTime() > 0) {
            lookAt(nanos);
        } else if (set) {
            set = false;
            passed.run();
        }
    }
}
