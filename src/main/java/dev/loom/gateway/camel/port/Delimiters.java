package dev.loom.gateway.camel.port;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Where the same few bytes stand at the beginning of a file or behind any line break, each byte read about once. */
final class Delimiters {

    /** Bytes that are looked at, at once. */
    private static final int BLOCK = 256 << 10;

    private final FileChannel file;
    private final byte[] wanted;
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK);

    /** Of the block in the file. */
    private long base;

    private int count;
    private int at;

    /** @param wanted fewer than {@link #BLOCK} */
    Delimiters(FileChannel file, byte[] wanted) {
        this.file = file;
        this.wanted = wanted;
    }

    /** Where they stand next; -1 where they do not. */
    long next() throws IOException {
        while (true) {
            byte[] bytes = block.array();
            for (; at + wanted.length <= count; at++) {
                if (stands(bytes)) {
                    return base + at++;
                }
            }
            if (count > 0 && count < BLOCK) {
                return -1;
            }
            int kept = Math.min(1, at); // what stands before
            base += at - kept;
            at = kept;
            fill();
            if (count < at + wanted.length) {
                return -1;
            }
        }
    }

    private boolean stands(byte[] bytes) {
        if (base + at > 0 && bytes[at - 1] != '\n' && bytes[at - 1] != '\r') {
            return false;
        }
        for (int j = 0; j < wanted.length; j++) {
            if (bytes[at + j] != wanted[j]) {
                return false;
            }
        }
        return true;
    }

    private void fill() throws IOException {
        block.clear();
        while (block.hasRemaining() && file.read(block, base + block.position()) >= 0) {}
        count = block.position();
    }
}
