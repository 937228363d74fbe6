package dev.loom.gateway.camel.port;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The words of an event stream. */
public final class Sse {

    public static final String CONTENT_TYPE = "text/event-stream; charset=utf-8";

    public static final byte[] DATA = bytes("data: ");
    public static final byte[] END_OF_EVENT = bytes("\n\n");

    /** A sign of life: a comment. */
    public static final byte[] KEEP_ALIVE = bytes(": keep-alive\n\n");

    /** The same for clients that know no comments. */
    public static final byte[] BLANK_LINE = bytes("\r\n");

    public static final byte[] DONE = bytes("data: [DONE]\n\n");

    private Sse() {}

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The headers of every stream; the last is nginx's word for a proxy that must not hold back what comes bit by bit. */
    public static Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", CONTENT_TYPE);
        headers.put("Cache-Control", "no-cache");
        headers.put("X-Accel-Buffering", "no");
        return headers;
    }

    /** @param data without line breaks */
    public static byte[] event(byte[] data) {
        return Buffer.buffer(DATA.length + data.length + END_OF_EVENT.length)
                .appendBytes(DATA)
                .appendBytes(data)
                .appendBytes(END_OF_EVENT)
                .getBytes();
    }
}
