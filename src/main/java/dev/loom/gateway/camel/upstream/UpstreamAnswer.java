package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.camel.port.Memory;
import dev.loom.gateway.camel.request.Bodies;
import dev.loom.gateway.camel.request.UpstreamCall;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.StreamStart;
import dev.loom.gateway.provider.UnreadableAnswer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** What camel-http made of a provider's answer. Closing it cuts the connection unless it was read to its end. */
public final class UpstreamAnswer implements AutoCloseable {

    /** The gateway's own trouble, for which no provider is to blame. */
    static final Failure NO_ROOM = Failure.transientFailure(Memory.FULL);

    /** Bytes that are set aside because a provider says that it will send so many; less than any limit. */
    private static final int LONGEST_BELIEVED = 1 << 16;

    /** Bytes. One event of a chat answer, more or less. */
    private static final int FIRST_READ = 512;

    /** Camel undoes gzip, once. */
    private static final Set<String> READ = Set.of("", "identity", "gzip", "x-gzip");

    /** As registered for HTTP. */
    private static final Set<String> NAMED = Set.of("br", "compress", "dcb", "dcz", "deflate", "gzip", "zstd");

    /** A step between http and relay has left what is no answer. */
    static final class Spoilt extends IllegalStateException {

        private Spoilt(String what) {
            super(what);
        }
    }

    private final UpstreamCall upstream;
    private final Memory.Share share;
    private final Message message;
    private final int status;
    private InputStream body;

    public UpstreamAnswer(UpstreamCall upstream, Message message) {
        this(upstream, message, Memory.UNCOUNTED);
    }

    /** @param memory in which counts what is held of the answer until it is closed */
    UpstreamAnswer(UpstreamCall upstream, Message message, Memory memory) {
        this.share = memory.share();
        this.upstream = upstream;
        this.message = message;
        Integer code = message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        if (code == null) {
            throw new Spoilt("has removed CamelHttpResponseCode");
        }
        this.status = code;
        this.body = body(message);
    }

    /** Steps in between may have read or converted it. */
    private static InputStream body(Message message) {
        Object body = message.getBody();
        if (body instanceof ReadTwice twice) {
            return twice.whole();
        }
        if (body instanceof InputStream stream) {
            return stream;
        }
        return body == null ? InputStream.nullInputStream() : new ByteArrayInputStream(converted(message, body));
    }

    private static byte[] converted(Message message, Object body) {
        byte[] bytes = Bodies.bytes(message.getExchange(), body);
        if (bytes == null || !(isObject(bytes) || StreamStart.of(bytes, bytes.length, false) == StreamStart.EVENTS)) {
            throw new Spoilt("has left a body that is neither JSON nor a stream");
        }
        return bytes;
    }

    private static boolean isObject(byte[] bytes) {
        return Json.lenient(bytes).isObject();
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

    Memory.Share share() {
        return share;
    }

    Map<String, Object> headers() {
        return message.getHeaders();
    }

    /** One that stands several times is one with a list, as HTTP has it. */
    @Nullable
    public String header(String name) {
        Object value = message.getHeader(name);
        if (value instanceof Collection<?> several) {
            return several.stream().map(String::valueOf).collect(Collectors.joining(", "));
        }
        return value == null ? null : value.toString();
    }

    /** What its body is compressed with, where nobody here can undo it; null for a body that can be read. */
    @Nullable
    String foreignEncoding() {
        String encoding = header("Content-Encoding");
        if (encoding == null || READ.contains(encoding.strip().toLowerCase(Locale.ROOT))) {
            return null;
        }
        // The provider's own words could be anything, a secret too.
        return Stream.of(encoding.toLowerCase(Locale.ROOT).split(",", -1))
                .map(String::strip)
                .map(name -> NAMED.contains(name) ? name : "unknown")
                .collect(Collectors.joining(","));
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
     * @throws UnreadableAnswer if there is no room for the next part; it has not been read then
     */
    public byte[] read(int limit) throws IOException, UnreadableAnswer {
        return new WholeBody(body, share).read(announced(), limit);
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
        share.close();
        upstream.cancel(UpstreamCall.Reason.DONE);
        upstream.finish();
    }
}
