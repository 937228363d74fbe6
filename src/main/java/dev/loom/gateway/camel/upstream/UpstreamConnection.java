package dev.loom.gateway.camel.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
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
 * A connection to a provider that can be looked at without waiting: what can be read on it while nothing is asked belongs
 * to no request. An answer that comes before the whole body has been sent is an answer, after which the connection has
 * done its duty. Used by one thread at a time, but for {@link #close}, which any thread may call. Long: there is much that
 * can befall a connection.
 */
final class UpstreamConnection extends DefaultManagedHttpClientConnection {

    /** What is found on a connection on which nothing is asked. */
    enum Sight {
        NOTHING,
        /** The provider closed it, perhaps with a word about it. */
        END,
        /** Bytes that nobody asked for. */
        BYTES
    }

    private static final Timeout SHORTEST_WAIT = Timeout.ofMilliseconds(1);

    private static final String HTTP = "HTTP/";
    private static final String TIMED_OUT = HTTP + "1.1 408";

    /** Milliseconds, of the wait for bytes on a new connection in doubt; it lasts as long as it took to connect. */
    private static final long SHORTEST_DOUBT = 10;

    /** Milliseconds, while trust is lost: such a provider deserves no hurry. */
    private static final long SHORTEST_DISTRUST = 100;

    private static final long LONGEST_DOUBT = 500;

    /** Bytes; of less, the sockets' buffers take all, whether or not the provider reads. */
    private static final int LARGE_BODY = 64 << 10;

    /** Milliseconds from one look to the next at a body that is on its way. */
    private static final long LOOK = 250;

    /** Looks in a row at which nothing was taken, before it is asked whether the provider has answered: slow is not still. */
    private static final int STANDSTILL = 8;

    /** The first status that is no interim answer. */
    private static final int FINAL = 200;

    private final Trust trust;
    private final ScheduledExecutorService timer;
    private final long begun;
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
    private final ByteBuffer oneByte = ByteBuffer.allocate(1);
    private @Nullable SessionInputBuffer buffer;
    private boolean foreign;
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
        this.timer = timer;
        this.begun = trust.time().nanoTime();
    }

    /** Whether it has been in the pool, which only a connection is that has answered before. */
    boolean isReused() {
        return reused;
    }

    /**
     * Looks before a request is sent. On the first connection to a provider, and on new ones of a provider that has given an
     * answer unasked, waits for about the time of a round trip: what a provider sends of itself comes that late.
     */
    Sight look() {
        SocketHolder holder = getSocketHolder();
        if (holder == null || (reused && !trust.given())) {
            return Sight.END;
        }
        if (holdsForeignBytes(holder)) {
            return Sight.BYTES;
        }
        try {
            return !reused && trust.isDoubtful() ? doubtful(holder) : seen(holder);
        } catch (IOException e) {
            return Sight.END;
        }
    }

    private Sight doubtful(SocketHolder holder) throws IOException {
        long connecting = TimeUnit.NANOSECONDS.toMillis(trust.time().nanoTime() - begun);
        long shortest = trust.given() ? SHORTEST_DOUBT : SHORTEST_DISTRUST;
        Sight sight = read(holder, Math.max(shortest, Math.min(LONGEST_DOUBT, connecting)));
        if (sight == Sight.NOTHING) {
            trust.seenSilent();
        }
        return sight;
    }

    /** Over TLS, bytes in the socket may be a ticket for later sessions or the like, which is no answer: what they are is read. */
    private Sight seen(SocketHolder holder) throws IOException {
        Socket socket = holder.getBaseSocket();
        boolean tls = holder.getSSLSocket() != null;
        SocketChannel channel = socket.getChannel();
        // Java reads from a socket without a channel, as to a SOCKS proxy, for a millisecond at least.
        if (tls ? socket.getInputStream().available() > 0 : channel == null) {
            return read(holder, SHORTEST_WAIT.toMilliseconds());
        }
        if (channel == null || (tls && !reused)) {
            return Sight.NOTHING;
        }
        int count = readByte(channel);
        if (count > 0 && !tls) {
            return unasked(holder, oneByte.get(0));
        }
        // A byte that has come since, and is missing to TLS now, ends the connection as well.
        return count == 0 ? Sight.NOTHING : Sight.END;
    }

    /** Java keeps the part of a TLS record that has come when the time is over. A byte of content is taken away. */
    private Sight read(SocketHolder holder, long millis) throws IOException {
        Socket socket = holder.getBaseSocket();
        int usual = socket.getSoTimeout();
        socket.setSoTimeout((int) millis);
        try {
            int first = holder.getInputStream().read();
            return first < 0 ? Sight.END : unasked(holder, first);
        } catch (SocketTimeoutException e) {
            return Sight.NOTHING;
        } finally {
            socket.setSoTimeout(usual);
        }
    }

    /** Some servers say 408 before they close what was idle for too long. */
    private Sight unasked(SocketHolder holder, int first) throws IOException {
        Socket socket = holder.getBaseSocket();
        int usual = socket.getSoTimeout();
        socket.setSoTimeout(SHORTEST_WAIT.toMillisecondsIntBound());
        StringBuilder begin = new StringBuilder().append((char) first);
        try {
            int more = holder.getInputStream().read();
            while (more >= 0) {
                begin.append((char) more);
                more = begin.length() < TIMED_OUT.length()
                        ? holder.getInputStream().read()
                        : -1;
            }
        } catch (SocketTimeoutException e) {
            // No more has come.
        } finally {
            socket.setSoTimeout(usual);
        }
        if (TIMED_OUT.contentEquals(begin)) {
            return Sight.END;
        }
        trust.lose(mayAnswer(begin.toString()));
        return Sight.BYTES;
    }

    /** Another answer, or as much of it as has come. */
    private static boolean mayAnswer(String begin) {
        String said = begin.strip();
        return !said.isEmpty() && (said.startsWith(HTTP) || HTTP.startsWith(said));
    }

    /** Whether there are bytes that have left the socket, perhaps only to be decrypted. */
    private boolean holdsForeignBytes(SocketHolder holder) {
        if (!foreign && ((buffer != null && buffer.length() > 0) || holdsDecrypted(holder))) {
            foreign = true;
            trust.lose(mayAnswer(begin(holder)));
        }
        return foreign;
    }

    /** Takes away some of what is there. */
    private String begin(SocketHolder holder) {
        byte[] begin = new byte[TIMED_OUT.length()];
        try {
            int count = buffer != null && buffer.length() > 0
                    ? buffer.read(begin, holder.getInputStream())
                    : holder.getInputStream().read(begin);
            return new String(begin, 0, Math.max(0, count), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    private static boolean holdsDecrypted(SocketHolder holder) {
        try {
            return holder.getSSLSocket() != null && holder.getInputStream().available() > 0;
        } catch (IOException e) {
            // It is closed, which is seen by reading.
            return false;
        }
    }

    /** Takes a byte away where there is one, after which nobody can use the connection. */
    private int readByte(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        try {
            return channel.read(oneByte.clear());
        } finally {
            channel.configureBlocking(true);
        }
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
                && !holdsForeignBytes(holder)
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
