package dev.loom.gateway.camel.observe;

import dev.loom.gateway.traffic.TimeSource;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the route {@code loom-on-finished} of every request that is over, by a thread of its own, so that no client waits
 * for what that route does. Where there is no such route, nothing is kept. What does not fit into the queue is dropped and
 * counted. Thread-safe.
 */
public final class FinishedHook extends LifecycleStrategySupport implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FinishedHook.class);

    private static final String ROUTE = "loom-on-finished";

    /** Requests that may wait; some megabytes, and a second of what one machine can serve. */
    static final int MOST = 2_000;

    /** Behind it everything has been told. */
    private static final Map<String, Object> END = Map.of();

    private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

    private final CamelContext context;
    private final TimeSource time;
    private final BlockingQueue<Map<String, Object>> waiting = new ArrayBlockingQueue<>(MOST);
    private final LongAdder dropped = new LongAdder();
    private final AtomicLong nextWarning;
    private volatile boolean wanted;
    private final CountDownLatch told = new CountDownLatch(1);
    private @Nullable Thread thread;

    public FinishedHook(CamelContext context, TimeSource time) {
        this.context = context;
        this.time = time;
        this.nextWarning = new AtomicLong(time.nanoTime());
    }

    @Override
    public synchronized void onRoutesAdd(Collection<Route> routes) {
        if (routes.stream().anyMatch(route -> route.getId().equals(ROUTE) && !RouteSteps.hasNone(route))) {
            wanted = true;
            if (thread == null) {
                Thread started = new Thread(this::run, "loom-finished");
                started.setDaemon(true);
                started.start();
                thread = started;
            }
        }
    }

    @Override
    public void onRoutesRemove(Collection<Route> routes) {
        if (routes.stream().anyMatch(route -> route.getId().equals(ROUTE))) {
            wanted = false;
        }
    }

    /** Whether anybody is told. */
    public boolean isWanted() {
        return wanted;
    }

    /** @param request what became of it */
    public void offer(Map<String, Object> request) {
        if (!waiting.offer(request)) {
            dropped.increment();
            warn();
        }
    }

    private void warn() {
        long now = time.nanoTime();
        long due = nextWarning.get();
        if (now - due >= 0 && nextWarning.compareAndSet(due, now + BETWEEN_WARNINGS.toNanos())) {
            LOG.warn(
                    "the route {} is slower than requests come: {} of them were dropped since the start",
                    ROUTE,
                    dropped.sum());
        }
    }

    /** Requests that the route was never told of, since the start. */
    public long dropped() {
        return dropped.sum();
    }

    private void run() {
        try (ProducerTemplate producer = context.createProducerTemplate()) {
            for (Map<String, Object> next = waiting.take(); next != END; next = waiting.take()) {
                tell(producer, next);
            }
            told.countDown();
        } catch (InterruptedException e) {
            LOG.debug("the gateway stops", e);
        } catch (Exception e) {
            LOG.error("the route {} is told nothing any more", ROUTE, e);
        }
    }

    private static void tell(ProducerTemplate producer, Map<String, Object> request) {
        Exchange told = producer.send(
                "direct:" + ROUTE + "?failIfNoConsumers=false&block=false",
                exchange -> exchange.getMessage().setBody(request));
        if (told.getException() != null) {
            FailedSteps.log(
                    LOG, "the route " + ROUTE + " failed for request " + request.get("id"), told, told.getException());
        }
    }

    /** Waits until the route has been told everything, but not longer than this. Nothing is told afterwards. */
    public void close(Duration most) throws InterruptedException {
        if (!wanted) {
            return;
        }
        if (!waiting.offer(END) || !told.await(most.toNanos(), TimeUnit.NANOSECONDS)) {
            LOG.warn("the gateway stops before {} could be told of {} requests", ROUTE, waiting.size());
        }
    }

    @Override
    public synchronized void close() {
        if (thread != null) {
            thread.interrupt();
        }
    }
}
