package dev.loom.gateway.config.yaml;

import java.io.FilterReader;
import java.io.IOException;
import java.io.StringReader;

/**
 * Never fills more than all but one of the characters that are asked for: the YAML parser wants room for the second half of
 * a character beyond 16 bits, and does not look whether there is any.
 */
final class RoomForSurrogate extends FilterReader {

    RoomForSurrogate(String text) {
        super(new StringReader(text));
    }

    @Override
    public int read(char[] into, int offset, int length) throws IOException {
        return super.read(into, offset, Math.max(1, length - 1));
    }
}
