package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.camel.request.UpstreamCall;
import dev.loom.gateway.provider.StreamStart;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** What camel-http made of a provider's answer. Closing it cuts the connection unless it was read to its end. */
public final class UpstreamAnswer implements AutoCloseable {

    /** Bytes that are set aside because a provider says that it will send so many; less than any limit. */
    private static final int LONGEST_BELIEVED = 1 << 16;

    /** Bytes. One event of a chat answer, more or less. */
    private static final int FIRST_READ = 512;

    private final UpstreamCall upstream;
    private final Message message;
    private final int status;
    private InputStream body;

    public UpstreamAnswer(UpstreamCall upstream, Message message) {
        this.upstream = upstream;
        this.message = message;
        this.status = (Integer) message.getHeader(Exchange.HTTP_RESPONSE_CODE);
        this.body = message.getBody() instanceof InputStream stream ? stream : InputStream.nullInputStream();
    }

    public int status() {
        return status;
    }

    public boolean succeeded() {
        return status / 100 == 2;
    }

    InputStream body() {
        return body;
    }

    @Nullable
    public String header(String name) {
        Object value = message.getHeader(name);
        return value == null ? null : value.toString();
    }

    /**
     * Reads as much of the body as tells whether it is an event stream.
     *
     * @param alive runs whenever something has arrived
     */
    boolean isEventStream(Runnable alive) throws IOException {
        byte[] begun = new byte[FIRST_READ];
        int length = 0;
        StreamStart start = StreamStart.UNDECIDED;
        for (int count = 0; start == StreamStart.UNDECIDED && count >= 0; ) {
            begun = length == begun.length ? Arrays.copyOf(begun, 2 * length) : begun;
            count = body.read(begun, length, begun.length - length);
            length += Math.max(0, count);
            start = StreamStart.of(begun, length, isDeclaredEventStream());
            alive.run();
        }
        body = new SequenceInputStream(new ByteArrayInputStream(begun, 0, length), body);
        return start == StreamStart.EVENTS;
    }

    private boolean isDeclaredEventStream() {
        String type = header(Exchange.CONTENT_TYPE);
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("text/event-stream");
    }

    /**
     * The whole body.
     *
     * @param limit bytes; a body that reaches it is an error
     */
    public byte[] read(int limit) throws IOException {
        byte[] announced = body.readNBytes(announced());
        int next = body.read();
        if (next < 0) {
            return announced;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(announced);
        all.write(next);
        all.writeBytes(body.readNBytes(limit - all.size()));
        if (all.size() == limit) {
            throw new IOException("The answer is longer than " + limit + " bytes");
        }
        return all.toByteArray();
    }

    /** Bytes; 0 where nothing is said, or more than is believed without having seen it. */
    private int announced() {
        String length = header("Content-Length");
        try {
            long bytes = length == null ? 0 : Long.parseLong(length);
            return bytes > 0 && bytes <= LONGEST_BELIEVED ? (int) bytes : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        upstream.cancel(UpstreamCall.Reason.DONE);
        upstream.finish();
    }
}
