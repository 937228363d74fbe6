package dev.loom.gateway.camel.port;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The words of an event stream. */
public final class Sse {

    public static final String CONTENT_TYPE = "text/event-stream; charset=utf-8";

    public static final byte[] DATA = bytes("data: ");
    public static final byte[] END_OF_EVENT = bytes("\n\n");
    public static final byte[] KEEP_ALIVE = bytes(": keep-alive\n\n");
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

    /**
     * What a client that reads a stream already gets in the place of this: its events, or an error as an event, with its
     * name in the languages that name events by their type.
     */
    static byte[] late(Reply reply) {
        String type = reply.headers().getOrDefault("Content-Type", "");
        if (type.startsWith("text/event-stream") || reply.body().length == 0) {
            return reply.body();
        }
        JsonNode body = Json.lenient(reply.body());
        byte[] line = event(Json.bytes(body));
        JsonNode name = body.path("type");
        return name.isTextual() ? Buffer.buffer("event: " + name.asText() + "\n").appendBytes(line).getBytes() : line;
    }
}
