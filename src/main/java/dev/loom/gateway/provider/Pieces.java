package dev.loom.gateway.provider;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A body in the making, out of parts of others: long ones are copied once. Not thread-safe. */
final class Pieces {

    private final List<ByteBuffer> pieces = new ArrayList<>();
    private int length;

    /** @param end the index behind the last byte */
    void add(byte[] bytes, int start, int end) {
        pieces.add(ByteBuffer.wrap(bytes, start, end - start));
        length += end - start;
    }

    void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        add(bytes, 0, bytes.length);
    }

    byte[] joined() {
        ByteBuffer all = ByteBuffer.allocate(length);
        pieces.forEach(all::put);
        return all.array();
    }
}
