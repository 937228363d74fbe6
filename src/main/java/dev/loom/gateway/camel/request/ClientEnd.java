package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.port.ClientConnection;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whoever waits for the answer: a client, or a step of another flow. Knows whether they still wait, and what they have
 * got. Used by the request's own thread, but for {@link #left} and {@link #cutOff}.
 */
public final class ClientEnd {

    /** Bytes, or a chunk more; what follows is not logged. */
    private static final int LONGEST_TRANSCRIPT = 1 << 20;

    private final @Nullable ClientConnection connection;
    private final @Nullable ByteArrayOutputStream transcript;
    private final CountDownLatch over = new CountDownLatch(1);
    private @Nullable KeepAlive keepAlive;
    private int status = 200;
    private volatile boolean hungUp;
    private volatile boolean stopped;

    /**
     * @param connection null for a step of another Camel flow
     * @param kept whether what is sent is kept, for the log
     */
    ClientEnd(@Nullable ClientConnection connection, boolean kept) {
        this.connection = connection;
        this.transcript = kept ? new ByteArrayOutputStream() : null;
    }

    /** Only for a client: a step of a flow has none. */
    public ClientConnection connection() {
        return Objects.requireNonNull(connection, "A step of a flow has no client");
    }

    /** Whether a step of another flow waits, and no client. */
    public boolean isFlow() {
        return connection == null;
    }

    /** A client that waits for a stream is told from now on that it is not forgotten. */
    void keepAlive(Call call, Map<String, String> stepHeaders) {
        if (keepAlive == null && !isFlow()) {
            keepAlive = KeepAlive.begin(call, stepHeaders);
        }
    }

    /** A part of the stream has gone out. */
    public void said() {
        if (keepAlive != null) {
            keepAlive.said();
        }
    }

    void left() {
        hungUp = true;
        over.countDown();
    }

    void cutOff() {
        stopped = true;
        over.countDown();
    }

    public boolean hungUp() {
        return hungUp;
    }

    /** The gateway stops and can wait no longer. */
    public boolean stopped() {
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

    /** The HTTP status that the client has got; 200 for streams. */
    public int status() {
        return status;
    }

    public void answered(int newStatus) {
        status = newStatus;
    }

    void keep(byte[] data) {
        if (transcript != null && transcript.size() < LONGEST_TRANSCRIPT) {
            transcript.writeBytes(data);
        }
    }

    /** Null where {@code logging.prompts} is off. */
    @Nullable
    String transcript() {
        return transcript == null ? null : transcript.toString(StandardCharsets.UTF_8);
    }
}
