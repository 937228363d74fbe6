package dev.loom.gateway.camel;

import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.routing.Attempt;
import dev.loom.gateway.routing.Plan;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * One client request on its way through the routes. Exchanges are copied by the load balancer and the circuit breaker;
 * every copy carries this same object. Used by the request's own thread, but for {@link #hangUp} and {@link #stop}.
 *
 * <p>The file is long because every step leaves here what the next ones need; most of it is said and read, not decided.
 */
final class Call {

    /** The exchange property that holds it. */
    static final String PROPERTY = "loomCall";

    /** Bytes, or a chunk more; what follows is not logged. */
    private static final int LONGEST_TRANSCRIPT = 1 << 20;

    private final String id;
    private final @Nullable ClientConnection client;
    private final Gateway gateway;
    private final long startNanos;
    private final CountDownLatch over = new CountDownLatch(1);
    private @Nullable ApiRequest request;
    private @Nullable Plan plan;
    private @Nullable Attempt attempt;
    private @Nullable RequestTrace trace;
    private int status = 200;
    private boolean trailShown;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final List<Runnable> atEnd = new ArrayList<>(2);
    private final @Nullable ByteArrayOutputStream transcript;
    private volatile boolean hungUp;
    private volatile boolean stopped;
    private volatile @Nullable UpstreamCall upstream;

    /** @param client null for a step of another Camel flow */
    Call(String id, @Nullable ClientConnection client, Gateway gateway) {
        this.id = id;
        this.client = client;
        this.gateway = gateway;
        this.startNanos = gateway.time().nanoTime();
        this.transcript = gateway.config().logging().prompts() ? new ByteArrayOutputStream() : null;
    }

    static Call of(Exchange exchange) {
        return Objects.requireNonNull(find(exchange), "This exchange did not come in through a route of the gateway");
    }

    static @Nullable Call find(Exchange exchange) {
        return (Call) exchange.getProperty(PROPERTY);
    }

    /** The value of {@code x-request-id}. */
    String id() {
        return id;
    }

    ClientConnection client() {
        return Objects.requireNonNull(client, "A step of a flow has no client");
    }

    /** What is to be done when the call is over. Runs once, on the thread that closes the call. */
    void atEnd(Runnable action) {
        atEnd.add(action);
    }

    /**
     * Settles everything that the request took: limits, permits, its place among the requests under way, its log line. To
     * be called before the last byte goes out, so that a client that comes back at once finds its share given back. Only
     * the first time counts.
     */
    void close() {
        if (closed.compareAndSet(false, true)) {
            atEnd.forEach(Runnable::run);
        }
    }

    /** Ends the client's stream. */
    void end() {
        close();
        client().end();
    }

    /** Ends the client's stream with these last words. */
    void end(byte[] last) {
        close();
        client().end(last);
    }

    /** The configuration and state under which the request came in; a reload does not change it under way. */
    Gateway gateway() {
        return gateway;
    }

    long millis() {
        return TimeUnit.NANOSECONDS.toMillis(gateway.time().nanoTime() - startNanos);
    }

    /** Null where {@code loom.tracing} is off. */
    @Nullable
    RequestTrace trace() {
        return trace;
    }

    void trace(RequestTrace begun) {
        trace = begun;
    }

    /** Looks at what the client is sent, or keeps it, where {@code loom.tracing} or {@code logging.prompts} asks for it. */
    void sent(byte[] data) {
        if (trace != null) {
            trace.sent(data);
        }
        if (transcript != null && transcript.size() < LONGEST_TRANSCRIPT) {
            transcript.writeBytes(data);
        }
    }

    /** Null where {@code logging.prompts} is off. */
    @Nullable
    String transcript() {
        return transcript == null ? null : transcript.toString(StandardCharsets.UTF_8);
    }

    /** The HTTP status that the client has got; 200 for streams. */
    int status() {
        return status;
    }

    void answered(int newStatus) {
        status = newStatus;
    }

    ApiRequest request() {
        return Objects.requireNonNull(request, "Not read yet");
    }

    @Nullable
    ApiRequest requestIfRead() {
        return request;
    }

    void request(ApiRequest read) {
        request = read;
    }

    Plan plan() {
        return Objects.requireNonNull(plan, "Not planned yet");
    }

    @Nullable
    Plan planIfMade() {
        return plan;
    }

    void plan(Plan made) {
        plan = made;
    }

    /** Whether the client is to get the attempt trail in a header. */
    boolean trailShown() {
        return trailShown;
    }

    void showTrail(boolean wanted) {
        trailShown = wanted;
    }

    Attempt attempt() {
        return Objects.requireNonNull(attempt, "No attempt under way");
    }

    @Nullable
    Attempt attemptIfAny() {
        return attempt;
    }

    void attempt(Attempt started) {
        attempt = started;
        upstream = null;
    }

    /** Ends the watch over the call under way, if there is one. */
    void finishUpstream() {
        UpstreamCall running = upstream;
        if (running != null) {
            running.finish();
        }
    }

    UpstreamCall upstream() {
        return Objects.requireNonNull(upstream, "No upstream call under way");
    }

    @Nullable
    UpstreamCall upstreamIfAny() {
        return upstream;
    }

    /** Makes a call known, so that a hang-up or a stop can cancel it; one that came before cancels it at once. */
    void upstream(UpstreamCall started) {
        upstream = started;
        if (hungUp()) {
            started.cancel(UpstreamCall.Reason.HANG_UP);
        } else if (stopped) {
            started.cancel(UpstreamCall.Reason.SHUTDOWN);
        }
    }

    /** The client's connection is gone. Called by the event loop. */
    void hangUp() {
        hungUp = true;
        over.countDown();
        cancel(UpstreamCall.Reason.HANG_UP);
    }

    /** The gateway stops and can wait no longer. */
    void stop() {
        stopped = true;
        over.countDown();
        cancel(UpstreamCall.Reason.SHUTDOWN);
    }

    boolean hungUp() {
        return hungUp;
    }

    boolean stopped() {
        return stopped;
    }

    /**
     * Waits, but not longer than the client stays or the gateway runs.
     *
     * @return false if the client left or the gateway stops
     */
    boolean pause(long nanos) throws InterruptedException {
        return !over.await(nanos, TimeUnit.NANOSECONDS);
    }

    private void cancel(UpstreamCall.Reason reason) {
        UpstreamCall running = upstream;
        if (running != null) {
            running.cancel(reason);
        }
    }
}
