package dev.loom.gateway.camel.live;

import dev.loom.gateway.camel.port.InFlight;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends what a change has put out of use, such as the routes and connections of a provider, when no request uses it any more. */
public final class Retirement {

    private static final Logger LOG = LoggerFactory.getLogger(Retirement.class);

    /** A request that has been answered is off its route by the next look. */
    private static final long LOOK_SECONDS = 1;

    private final InFlight inFlight;
    private final ScheduledExecutorService thread;
    private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();

    /** @param thread on which everything is ended */
    public Retirement(InFlight inFlight, ScheduledExecutorService thread) {
        this.inFlight = inFlight;
        this.thread = thread;
    }

    /** Runs an action once every request that is under way now is over. */
    void later(Runnable end) {
        waiting.add(end);
        endAfter(inFlight.passages(), end);
    }

    private void endAfter(Set<Object> users, Runnable end) {
        if (inFlight.haveLeft(users)) {
            schedule(() -> end(end));
        } else {
            schedule(() -> endAfter(users, end));
        }
    }

    private void schedule(Runnable look) {
        try {
            ScheduledFuture<?> unused = thread.schedule(look, LOOK_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The gateway has stopped, and everything is ended with it", e);
        }
    }

    private void end(Runnable end) {
        waiting.remove(end);
        try {
            end.run();
        } catch (RuntimeException e) {
            LOG.warn("Something that is no longer used could not be ended", e);
        }
    }

    /** How much is still to be ended. */
    int waiting() {
        return waiting.size();
    }

    /** Ends everything at once: the gateway stops. */
    public void close() {
        Set.copyOf(waiting).forEach(this::end);
    }
}
