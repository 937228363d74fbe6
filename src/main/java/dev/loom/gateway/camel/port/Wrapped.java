package dev.loom.gateway.camel.port;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;

/** From arrays to Vert.x's buffers and back, without copies. */
@SuppressWarnings("deprecation") // Until Vert.x 5, whose way is another.
public final class Wrapped {

    private Wrapped() {}

    /** The array belongs to the buffer from now on. */
    static Buffer buffer(byte[] bytes) {
        return Buffer.buffer(Unpooled.wrappedBuffer(bytes));
    }

    /** The array behind the buffer where that is all of it, else a copy. */
    public static byte[] bytes(Buffer buffer) {
        ByteBuf bytes = buffer.getByteBuf();
        boolean whole = bytes.hasArray()
                && bytes.arrayOffset() == 0
                && bytes.readerIndex() == 0
                && bytes.array().length == bytes.readableBytes();
        return whole ? bytes.array() : buffer.getBytes();
    }
}
