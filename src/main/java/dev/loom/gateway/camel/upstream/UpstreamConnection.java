package dev.loom.gateway.camel.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection;
import org.apache.hc.core5.function.Supplier;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParserFactory;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.io.SessionOutputBuffer;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a provider that can be looked at while nothing is asked on it. An answer that comes before the whole body
 * has been sent is an answer, after which the connection has done its duty. Used by one thread at a time, but for
 * {@link #close}, which any thread may call. Long: there is much that can befall a connection.
 */
final class UpstreamConnection extends DefaultManagedHttpClientConnection {

    private static final Timeout SHORTEST_WAIT = Timeout.ofMilliseconds(1);

    /** Bytes; of less, the sockets' buffers take all, whether or not the provider reads. */
    private static final int LARGE_BODY = 64 << 10;

    /** Milliseconds from one look to the next at a body that is on its way. */
    private static final long LOOK = 250;

    /** Looks in a row at which nothing was taken, before it is asked whether the provider has answered: slow is not still. */
    private static final int STANDSTILL = 8;

    /** The first status that is no interim answer. */
    private static final int FINAL = 200;

    private final Trust trust;
    private final UnaskedBytes unasked;
    private final ScheduledExecutorService timer;
    /** Held by whoever, beside the thread that sends, reads or ends what is sent. */
    private final Lock beside = new ReentrantLock();

    private final AtomicBoolean reading = new AtomicBoolean();

    /** The head of an answer that came while a body was on its way, or what was wrong with it. */
    private interface EarlyAnswer {
        ClassicHttpResponse get() throws HttpException, IOException;
    }

    private volatile @Nullable BodyOnItsWay body;
    private volatile @Nullable EarlyAnswer early;
    private @Nullable IOException unsent;
    private volatile boolean stopped;
    private @Nullable SessionInputBuffer buffer;
    private volatile boolean reused;
    private volatile boolean cut;

    /**
     * @param id for HttpClient's own log
     * @param trust in the provider; lost when bytes are found that nobody asked for
     * @param timer looks after large bodies
     */
    UpstreamConnection(String id, Http1Config limits, Trust trust, ScheduledExecutorService timer) {
        super(id, null, null, limits, null, null, null, new DefaultHttpResponseParserFactory(limits));
        this.trust = trust;
        this.unasked = new UnaskedBytes(trust);
        this.timer = timer;
    }

    /** Whether it has been in the pool, which only a connection is that has answered before. */
    boolean isReused() {
        return reused;
    }

    /** Looks at the connection before a request is sent. */
    UnaskedBytes.Sight look() {
        SocketHolder holder = getSocketHolder();
        return holder == null ? UnaskedBytes.Sight.END : unasked.look(holder, buffer, reused);
    }

    /**
     * Asked when an answer has come to its end: whether the connection may go back to the pool. What has not left the
     * socket yet is seen by the next {@link #look}; looking costs some microseconds, and once a request is enough.
     */
    @Override
    public boolean isConsistent() {
        SocketHolder holder = getSocketHolder();
        // Without a body, as with 204, nobody knows what is in the buffer.
        return super.isConsistent()
                && unsent == null
                && !stopped
                && buffer != null
                && holder != null
                && !unasked.areHeld(holder, buffer)
                && trust.given();
    }

    @Override
    protected OutputStream createContentOutputStream(
            long length,
            SessionOutputBuffer buffer,
            OutputStream out,
            @Nullable Supplier<List<? extends Header>> trailers) {
        BodyOnItsWay way = new BodyOnItsWay(out);
        body = way;
        return super.createContentOutputStream(length, buffer, way, trailers);
    }

    /** Is content with a part of the body, where the provider does not take the rest: it may have answered. */
    @Override
    public void sendRequestEntity(ClassicHttpRequest request) throws HttpException, IOException {
        Future<?> watch = watch(request.getEntity());
        try {
            super.sendRequestEntity(request);
        } catch (IOException e) {
            BodyOnItsWay way = body;
            if (cut || way == null || !way.isBroken()) {
                throw e;
            }
            unsent = e;
        } finally {
            end(watch);
        }
    }

    private @Nullable Future<?> watch(@Nullable HttpEntity entity) {
        if (entity == null || (entity.getContentLength() >= 0 && entity.getContentLength() < LARGE_BODY)) {
            return null;
        }
        try {
            return timer.scheduleWithFixedDelay(this::stopWhereAnswered, LOOK, LOOK, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The timer has no room now: an early answer may be read late.
            return null;
        }
    }

    private void end(@Nullable Future<?> watch) {
        body = null;
        if (watch != null) {
            watch.cancel(false);
            // Whoever reads an answer reads on to the end of its head.
            beside.lock();
            try {
                if (early != null) {
                    stopped = true;
                }
            } finally {
                beside.unlock();
            }
        }
    }

    /** On the timer, which must wait for nobody. */
    private void stopWhereAnswered() {
        BodyOnItsWay way = body;
        SocketHolder holder = getSocketHolder();
        try {
            if (way != null
                    && holder != null
                    && way.stillFor() >= STANDSTILL
                    && holder.getBaseSocket().getInputStream().available() > 0
                    && reading.compareAndSet(false, true)) {
                Thread reader = new Thread(() -> readAnswer(way, holder), "loom-early-answer");
                reader.setDaemon(true);
                reader.start();
            }
        } catch (IOException e) {
            // It is closed, which the sending thread notices.
        }
    }

    /** Sends no more if there is an answer. An interim one is none; over TLS the bytes may be a ticket. */
    private void readAnswer(BodyOnItsWay way, SocketHolder holder) {
        beside.lock();
        try {
            while (body == way && early == null && super.isDataAvailable(SHORTEST_WAIT)) {
                early = earlyAnswer();
            }
            if (early != null && body == way) {
                stopped = true;
                holder.getBaseSocket().shutdownOutput();
            }
        } catch (IOException e) {
            // It is closed, which the sending thread notices.
        } finally {
            reading.set(false);
            beside.unlock();
        }
    }

    private @Nullable EarlyAnswer earlyAnswer() {
        try {
            ClassicHttpResponse head = receive();
            return head.getCode() < FINAL ? null : () -> head;
        } catch (IOException e) {
            return () -> {
                throw e;
            };
        } catch (HttpException e) {
            return () -> {
                throw e;
            };
        }
    }

    @Override
    public void flush() throws IOException {
        if (unsent == null) {
            super.flush();
        }
    }

    @Override
    protected InputStream createContentInputStream(long length, SessionInputBuffer input, InputStream socket) {
        buffer = input;
        return super.createContentInputStream(length, input, socket);
    }

    @Override
    public void passivate() {
        super.passivate();
        reused = true;
    }

    @Override
    public void close(CloseMode mode) {
        cut = true;
        super.close(mode);
    }

    @Override
    public ClassicHttpResponse receiveResponseHeader() throws HttpException, IOException {
        EarlyAnswer answer = early;
        early = null;
        try {
            return answer == null ? receive() : answer.get();
        } catch (IOException e) {
            throw unsent == null ? e : unsent;
        }
    }

    /** The client takes a status such as 000 for a mistake of whoever called it. */
    private ClassicHttpResponse receive() throws HttpException, IOException {
        try {
            return super.receiveResponseHeader();
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("The provider's answer is not HTTP", e);
        }
    }

    /** A call may be cut before its connection has a socket, of which HttpClient takes no notice. */
    @Override
    public void bind(Socket socket) throws IOException {
        super.bind(socket);
        if (cut) {
            socket.close();
            throw new InterruptedIOException("The call was cut before the connection stood");
        }
    }
}
