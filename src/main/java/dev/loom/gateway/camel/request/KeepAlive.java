package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.port.ClientConnection;
import dev.loom.gateway.camel.port.Sse;
import dev.loom.gateway.config.ServerConfig;
import dev.loom.gateway.traffic.TimeSource;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Signs of life for a client that waits for a stream, since proxies and clients give up what is silent for long. Before the
 * first content they begin after {@code server.stream_start_after}, with the headers; the request can still go to another
 * provider then. Between two events one follows on every {@code server.stream_keep_alive} of silence.
 */
public final class KeepAlive {

    private static final long NEVER = Long.MAX_VALUE;

    private final ClientConnection client;
    private final ScheduledExecutorService timer;
    private final TimeSource time;
    private final long startAfter;
    private final long every;
    private final Map<String, String> headers;
    private final byte[] sign;
    private final long begunNanos;
    private volatile long saidNanos;
    private volatile boolean started;
    private @Nullable ScheduledFuture<?> look;
    private boolean closed;

    private KeepAlive(Call call, Map<String, String> headers) {
        ServerConfig server = call.gateway().config().server();
        this.client = call.client().connection();
        this.timer = call.gateway().timer();
        this.time = call.gateway().time();
        this.startAfter = server.streamStartAfter().toNanos();
        this.every = server.streamKeepAlive().toNanos();
        this.headers = headers;
        this.sign = call.surface().readsComments() ? Sse.KEEP_ALIVE : Sse.BLANK_LINE;
        this.begunNanos = time.nanoTime();
    }

    /** @param stepHeaders that steps of the route have set for the client */
    static KeepAlive begin(Call call, Map<String, String> stepHeaders) {
        Map<String, String> headers = Sse.headers();
        headers.put("Content-Type", ClientsWords.streamType(call));
        headers.putAll(stepHeaders);
        headers.put("x-request-id", call.id());
        KeepAlive begun = new KeepAlive(call, headers);
        call.atEnd(begun::close);
        begun.next();
        return begun;
    }

    /** Content has gone out to the client. */
    public void said() {
        saidNanos = time.nanoTime();
        started = true;
    }

    private synchronized void look() {
        if (due() <= 0 && !closed) {
            sign();
        }
        next();
    }

    /** One task at a time, which looks often enough for both waits, however many events the stream has. */
    private synchronized void next() {
        long wait = every == 0 ? due() : Math.min(due(), every);
        if (!closed && wait < NEVER) {
            look = timer.schedule(this::look, wait, TimeUnit.NANOSECONDS);
        }
    }

    /** Nanoseconds from now to the next sign of life. */
    private long due() {
        if (started) {
            return every == 0 ? NEVER : saidNanos + every - time.nanoTime();
        }
        return startAfter == 0 ? NEVER : begunNanos + startAfter - time.nanoTime();
    }

    private void sign() {
        if (started) {
            client.keepAlive(sign);
        } else {
            client.startWaiting(headers, sign);
        }
        said();
    }

    private synchronized void close() {
        closed = true;
        if (look != null) {
            look.cancel(false);
        }
    }
}
