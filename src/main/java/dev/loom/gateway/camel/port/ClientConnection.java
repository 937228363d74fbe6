package dev.loom.gateway.camel.port;

import io.netty.channel.Channel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of a request. Answers are written here directly: Camel's own response writer would echo message
 * headers, buffer streams and not notice a client that leaves.
 */
public final class ClientConnection {

    private enum Phase {
        NOTHING,
        /** The head of a stream has gone out, and nothing yet of what the client waits for. */
        WAITING,
        STREAMING,
        /** What has begun ends too early, and nothing more may go out. */
        CUT
    }

    /** Bytes that wait for the client's socket; with more of them, its provider is not read. */
    private static final long MOST_WAITING = 256 << 10;

    private final HttpServerResponse response;
    private final Channel channel;
    private final Memory memory;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final AtomicLong waiting = new AtomicLong();

    private volatile Phase phase = Phase.NOTHING;
    private volatile @Nullable CompletableFuture<Void> room;

    /** For short answers, which count nowhere. */
    public ClientConnection(HttpServerRequest request) {
        this(request, Memory.UNCOUNTED);
    }

    /** @param memory in which counts what the client has not taken */
    public ClientConnection(HttpServerRequest request, Memory memory) {
        this.response = request.response();
        this.channel = ((ConnectionBase) request.connection()).channel();
        this.memory = memory;
    }

    /** Calls back, on the event loop, if the client leaves before the answer has ended. */
    public void onHangUp(Runnable action) {
        response.closeHandler(nothing -> {
            if (!response.ended()) {
                closed.complete(null);
                action.run();
            }
        });
        if (response.closed() && !response.ended()) {
            closed.complete(null);
            action.run();
        }
    }

    boolean gone() {
        return closed.isDone();
    }

    /** @param more headers beside those of the reply */
    public void send(Reply reply, Map<String, String> more) {
        response.setStatusCode(reply.status());
        reply.headers().forEach(response::putHeader);
        more.forEach(response::putHeader);
        byte[] body = reply.body();
        queued(body.length);
        response.end(Wrapped.buffer(body)).onComplete(taken -> taken(body.length));
    }

    /** What the client waits for begins; these headers come too late where it has been kept waiting in a stream already. */
    public synchronized void startStream(Map<String, String> headers) {
        if (phase == Phase.NOTHING) {
            putHead(headers);
        }
        phase = phase == Phase.CUT ? phase : Phase.STREAMING;
    }

    private void putHead(Map<String, String> headers) {
        response.setStatusCode(200).setChunked(true);
        headers.forEach(response::putHeader);
    }

    /** The stream begins with nothing but a sign of life, unless something has gone out already. */
    public synchronized void startWaiting(Map<String, String> headers, byte[] sign) {
        if (phase == Phase.NOTHING && !response.headWritten() && !response.ended()) {
            phase = Phase.WAITING;
            putHead(headers);
            response.write(Buffer.buffer(sign));
        }
    }

    /** A sign of life in a stream, unless it has ended or the client has something to read anyway. */
    public synchronized void keepAlive(byte[] sign) {
        if (response.headWritten() && isOpen() && !response.writeQueueFull()) {
            response.write(Buffer.buffer(sign));
        }
    }

    /**
     * Writes at once, as one segment, and returns when there is room for more: a slow client slows its provider down.
     *
     * @param data belongs to the connection from now on
     * @throws TimeoutException if the client took nothing for so long
     */
    public void write(Buffer data, long timeoutNanos) throws InterruptedException, TimeoutException {
        int bytes = data.length();
        queued(bytes);
        response.write(data).onComplete(taken -> taken(bytes));
        if (isFull() && !gone()) {
            awaitRoom(timeoutNanos);
        }
    }

    private void queued(int bytes) {
        waiting.addAndGet(bytes);
        memory.add(bytes);
    }

    /** By the socket, or lost with it. */
    private void taken(int bytes) {
        waiting.addAndGet(-bytes);
        memory.remove(bytes);
        CompletableFuture<Void> waiter = room;
        if (waiter != null && !isFull()) {
            waiter.complete(null);
        }
    }

    /** Vert.x knows its own queue only, and not what other threads have handed over to it. */
    private boolean isFull() {
        long bytes = waiting.get();
        return bytes > MOST_WAITING || (bytes > 0 && memory.isFull());
    }

    private void awaitRoom(long timeoutNanos) throws InterruptedException, TimeoutException {
        CompletableFuture<Void> waiter = new CompletableFuture<>();
        room = waiter;
        if (!isFull()) {
            return;
        }
        try {
            CompletableFuture.anyOf(waiter, closed).get(timeoutNanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("Waiting for a client failed", e);
        }
    }

    /** The last words of a stream; they do not wait for a client that is slow to read. */
    public synchronized void end(byte[] last) {
        if (isOpen()) {
            response.end(Buffer.buffer(last));
        }
    }

    /** Also for a client that is gone: an ended response is what keeps Camel from writing its own. */
    public synchronized void end() {
        if (isOpen()) {
            phase = Phase.STREAMING;
            response.end();
        }
    }

    private boolean isOpen() {
        return phase != Phase.CUT && !response.ended();
    }

    /**
     * Closes the connection in the middle of an answer whose rest cannot come, so that nobody takes it for a whole one. The
     * response ends for Camel behind that, on the event loop that will look at it, when no last chunk can go out any more.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // A channel closes, whatever becomes of what was written.
    public synchronized void cut() {
        if (isOpen()) {
            phase = Phase.CUT;
            channel.eventLoop().execute(() -> {
                channel.close();
                response.end();
            });
        }
    }

    /** True while the client has got nothing but signs of life: what it gets now must be a stream. */
    public boolean isWaiting() {
        return phase == Phase.WAITING;
    }

    /**
     * True once a part of the answer has gone out, or all of it has ended, also for a client that has left; signs of life are
     * none.
     */
    public boolean started() {
        return phase == Phase.STREAMING || phase == Phase.CUT || (response.headWritten() && phase != Phase.WAITING);
    }
}
