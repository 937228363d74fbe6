package dev.loom.gateway.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Writes server-sent events. */
public final class Events {

    private static final byte[] COMMENT = bytes(": keep-alive\n\n");
    private static final byte[] DATA = bytes("data: ");
    private static final byte[] END = bytes("\n\n");

    private final Consumer<byte[]> out;

    public Events(Consumer<byte[]> out) {
        this.out = out;
    }

    /** An event that is called by its type, in the line before its data and in them. */
    public void named(String type, JsonNode data) {
        ByteArrayOutputStream event = new ByteArrayOutputStream(256);
        event.writeBytes(bytes("event: " + type + "\n"));
        event.writeBytes(DATA);
        event.writeBytes(Json.bytes(data));
        event.writeBytes(END);
        out.accept(event.toByteArray());
    }

    public void data(byte[] data) {
        out.accept(DATA);
        out.accept(data);
        out.accept(END);
    }

    /** What every client skips. */
    public void comment() {
        out.accept(COMMENT);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
