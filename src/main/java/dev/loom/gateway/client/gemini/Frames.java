package dev.loom.gateway.client.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.client.StreamWriter;
import dev.loom.gateway.provider.Json;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** How the answers of a stream follow one another: as server-sent events, or as the entries of a JSON array. */
abstract sealed class Frames {

    private static final byte[] BLANK_LINE = bytes("\r\n");

    private final Consumer<byte[]> out;

    private Frames(Consumer<byte[]> out) {
        this.out = out;
    }

    abstract String contentType();

    abstract void answer(JsonNode answer);

    /** Nothing follows. */
    abstract void end();

    /** @return false where an event of Google's goes to the client in its own frame */
    abstract boolean passed(byte[] answer);

    /** Google's clients do not know comments, but skip white space. */
    final void keepAlive() {
        out.accept(BLANK_LINE);
    }

    final void write(byte[] before, JsonNode answer, byte[] after) {
        out.accept(before);
        out.accept(Json.bytes(answer));
        out.accept(after);
    }

    final void write(byte[] bytes) {
        out.accept(bytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static final class Sse extends Frames {

        private static final byte[] DATA = bytes("data: ");
        private static final byte[] END = bytes("\r\n\r\n");

        Sse(Consumer<byte[]> out) {
            super(out);
        }

        @Override
        String contentType() {
            return StreamWriter.EVENT_STREAM;
        }

        @Override
        void answer(JsonNode answer) {
            write(DATA, answer, END);
        }

        @Override
        void end() {}

        @Override
        boolean passed(byte[] answer) {
            return false;
        }
    }

    static final class JsonArray extends Frames {

        private static final byte[] FIRST = bytes("[");
        private static final byte[] NEXT = bytes(",\r\n");
        private static final byte[] LAST = bytes("]");

        private boolean begun;

        JsonArray(Consumer<byte[]> out) {
            super(out);
        }

        @Override
        String contentType() {
            return "application/json";
        }

        @Override
        void answer(JsonNode answer) {
            passed(Json.bytes(answer));
        }

        @Override
        boolean passed(byte[] answer) {
            write(begun ? NEXT : FIRST);
            write(answer);
            begun = true;
            return true;
        }

        @Override
        void end() {
            write(begun ? LAST : bytes("[]"));
        }
    }
}
