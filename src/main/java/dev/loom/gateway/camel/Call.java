package dev.loom.gateway.camel;

import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.routing.Attempt;
import dev.loom.gateway.routing.Plan;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * One client request on its way through the routes. Exchanges are copied by the load balancer and the circuit breaker;
 * every copy carries this same object. Used by the request's own thread, but for {@link #hangUp} and {@link #stop}.
 */
final class Call {

    /** The exchange property that holds it. */
    static final String PROPERTY = "loomCall";

    private final String id;
    private final ClientConnection client;
    private final Gateway gateway;
    private final long startNanos;
    private final CountDownLatch gone = new CountDownLatch(1);
    private @Nullable ApiRequest request;
    private @Nullable Plan plan;
    private @Nullable Attempt attempt;
    private int status = 200;
    private volatile @Nullable UpstreamCall upstream;

    Call(String id, ClientConnection client, Gateway gateway) {
        this.id = id;
        this.client = client;
        this.gateway = gateway;
        this.startNanos = gateway.time().nanoTime();
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
        return client;
    }

    /** The configuration and state under which the request came in; a reload does not change it under way. */
    Gateway gateway() {
        return gateway;
    }

    long millis() {
        return TimeUnit.NANOSECONDS.toMillis(gateway.time().nanoTime() - startNanos);
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

    Attempt attempt() {
        return Objects.requireNonNull(attempt, "No attempt under way");
    }

    @Nullable
    Attempt attemptIfAny() {
        return attempt;
    }

    void attempt(Attempt started) {
        attempt = started;
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

    /** Makes a call known, so that a hang-up can cancel it; one that came before cancels it at once. */
    void upstream(UpstreamCall started) {
        upstream = started;
        if (hungUp()) {
            started.cancel(UpstreamCall.Reason.HANG_UP);
        }
    }

    /** The client's connection is gone. Called by the event loop. */
    void hangUp() {
        gone.countDown();
        cancel(UpstreamCall.Reason.HANG_UP);
    }

    /** The gateway stops and can wait no longer. */
    void stop() {
        cancel(UpstreamCall.Reason.SHUTDOWN);
    }

    boolean hungUp() {
        return gone.getCount() == 0;
    }

    /**
     * Waits, but not longer than the client stays.
     *
     * @return false if the client left
     */
    boolean pause(long nanos) throws InterruptedException {
        return !gone.await(nanos, TimeUnit.NANOSECONDS);
    }

    private void cancel(UpstreamCall.Reason reason) {
        UpstreamCall running = upstream;
        if (running != null) {
            running.cancel(reason);
        }
    }
}
