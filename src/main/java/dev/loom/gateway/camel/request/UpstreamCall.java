package dev.loom.gateway.camel.request;

import dev.loom.gateway.traffic.TimeSource;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP call to a provider that can be cut short from any thread: by a timeout, because the client left, or because
 * the gateway stops. Cutting closes the connection at once, before or after the provider's first byte; it is never
 * drained, so that nobody pays for, or waits for, tokens that nobody reads.
 */
public final class UpstreamCall {

    /** Why a call was cut short. */
    public enum Reason {
        TIMEOUT,
        HANG_UP,
        SHUTDOWN,
        /** The rest of the answer is not worth reading. */
        DONE
    }

    private final ScheduledExecutorService timer;
    private final TimeSource time;
    private final long startNanos;
    private final long endNanos;
    private final AtomicReference<@Nullable Reason> cancelled = new AtomicReference<>();
    private final AtomicReference<Runnable> connection = new AtomicReference<>(UpstreamCall::notConnected);
    private volatile @Nullable Throwable broken;
    private volatile long deadlineNanos;
    private @Nullable ScheduledFuture<?> watch;
    private long watchNanos;
    private boolean late;

    /** @param total for the whole call, whatever happens */
    public UpstreamCall(ScheduledExecutorService timer, TimeSource time, Duration total) {
        this.timer = timer;
        this.time = time;
        this.startNanos = time.nanoTime();
        this.endNanos = startNanos + total.toNanos();
    }

    /** @param close closes the connection that the call is about to use; run at once if the call is cancelled already */
    public void connection(Runnable close) {
        connection.set(close);
        if (cancelled.get() != null) {
            close.run();
        }
    }

    private static void notConnected() {}

    /** The first reason stands. */
    public void cancel(Reason reason) {
        if (cancelled.compareAndSet(null, reason)) {
            Objects.requireNonNull(connection.get()).run();
        }
    }

    /** Null for a call that runs its course. */
    @Nullable
    public Reason cancelled() {
        return cancelled.get();
    }

    /**
     * Cuts the call after so long instead of after what was set before. Cheap where the deadline only moves on, as
     * between the events of a stream: the watch that is set already looks again when it fires.
     */
    public synchronized void timeoutAfter(Duration duration) {
        long deadline = time.nanoTime() + duration.toNanos();
        deadlineNanos = deadline - endNanos < 0 ? deadline : endNanos;
        if (watch == null || deadlineNanos - watchNanos < 0) {
            watchUntil(deadlineNanos);
        }
    }

    /** True once: when the call is first seen to have taken longer than this. */
    public synchronized boolean becomesLate(Duration expected) {
        boolean before = late;
        late |= time.nanoTime() - startNanos > expected.toNanos();
        return late && !before;
    }

    /** The call itself failed with this, and no step beside it; null where it did not fail. */
    public void broke(@Nullable Throwable cause) {
        broken = cause;
    }

    /** Whether it is the call that failed with this. */
    public boolean brokeWith(Throwable cause) {
        return broken == cause;
    }

    /** Nothing is awaited from the provider for a while; only the total counts. */
    public synchronized void suspendTimeout() {
        deadlineNanos = endNanos;
    }

    public synchronized void finish() {
        if (watch != null) {
            watch.cancel(false);
        }
    }

    private void watchUntil(long nanos) {
        finish();
        watchNanos = nanos;
        watch = timer.schedule(this::look, nanos - time.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private synchronized void look() {
        if (deadlineNanos - time.nanoTime() <= 0) {
            cancel(Reason.TIMEOUT);
        } else {
            watchUntil(deadlineNanos);
        }
    }
}
