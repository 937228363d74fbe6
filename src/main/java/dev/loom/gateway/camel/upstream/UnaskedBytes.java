package dev.loom.gateway.camel.upstream;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at one connection to a provider while nothing is asked on it: what can be read then belongs to no request, and
 * would be taken for the answer to the next. Used by one thread at a time.
 */
final class UnaskedBytes {

    /** What is found on a connection on which nothing is asked. */
    enum Sight {
        NOTHING,
        /** The provider closed it, perhaps with a word about it. */
        END,
        /** Bytes that nobody asked for. */
        BYTES
    }

    /** Milliseconds; the shortest wait that a socket knows. */
    private static final int SHORTEST_WAIT = 1;

    private static final String HTTP = "HTTP/";
    private static final String TIMED_OUT = HTTP + "1.1 408";

    /** Milliseconds, of the wait for bytes on a new connection in doubt; it lasts as long as it took to connect. */
    private static final long SHORTEST_DOUBT = 10;

    /** Milliseconds, while trust is lost: such a provider deserves no hurry. */
    private static final long SHORTEST_DISTRUST = 100;

    private static final long LONGEST_DOUBT = 500;

    private final Trust trust;
    private final long begun;
    private final ByteBuffer oneByte = ByteBuffer.allocate(1);
    private boolean held;

    /** @param trust in the provider; lost when bytes are found that nobody asked for */
    UnaskedBytes(Trust trust) {
        this.trust = trust;
        this.begun = trust.time().nanoTime();
    }

    /**
     * Looks before a request is sent. On the first connection to a provider, and on new ones of a provider that has given an
     * answer unasked, waits for about the time of a round trip: what a provider sends of itself comes that late.
     *
     * @param buffer of what has left the socket already, if anything has been read
     * @param reused whether it has answered before
     */
    Sight look(SocketHolder holder, @Nullable SessionInputBuffer buffer, boolean reused) {
        if (reused && !trust.given()) {
            return Sight.END;
        }
        if (areHeld(holder, buffer)) {
            return Sight.BYTES;
        }
        try {
            return !reused && trust.isDoubtful() ? doubtful(holder) : seen(holder, reused);
        } catch (IOException e) {
            return Sight.END;
        }
    }

    /** Whether there are bytes that have left the socket, perhaps only to be decrypted. */
    boolean areHeld(SocketHolder holder, @Nullable SessionInputBuffer buffer) {
        if (!held && ((buffer != null && buffer.length() > 0) || holdsDecrypted(holder))) {
            held = true;
            trust.lose(mayAnswer(begin(holder, buffer)));
        }
        return held;
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
    private Sight seen(SocketHolder holder, boolean reused) throws IOException {
        Socket socket = holder.getBaseSocket();
        boolean tls = holder.getSSLSocket() != null;
        SocketChannel channel = socket.getChannel();
        // Java reads from a socket without a channel, as to a SOCKS proxy, for a millisecond at least.
        if (tls ? socket.getInputStream().available() > 0 : channel == null) {
            return read(holder, SHORTEST_WAIT);
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
        socket.setSoTimeout(SHORTEST_WAIT);
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

    /** Takes away some of what is there. */
    private static String begin(SocketHolder holder, @Nullable SessionInputBuffer buffer) {
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
}
