package dev.loom.gateway.camel.upstream;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A provider's answer that a step of a route may read before the relay does, to log it for instance. What has been read is
 * kept, and only then. Used by one thread at a time.
 */
final class ReadTwice extends FilterInputStream {

    private @Nullable ByteArrayOutputStream read;

    ReadTwice(InputStream in) {
        super(in);
    }

    /** All of it, from its beginning. */
    InputStream whole() {
        return read == null ? in : new SequenceInputStream(new ByteArrayInputStream(read.toByteArray()), in);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = in.read(buffer, offset, length);
        if (count > 0) {
            keep(buffer, offset, count);
        }
        return count;
    }

    private void keep(byte[] buffer, int offset, int count) throws IOException {
        ByteArrayOutputStream kept = read == null ? new ByteArrayOutputStream() : read;
        kept.write(buffer, offset, count);
        read = kept;
        if (kept.size() > Relay.LONGEST_ANSWER) {
            throw new IOException("The answer is longer than " + Relay.LONGEST_ANSWER + " bytes");
        }
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** Steps close what they have read; the relay has the rest to read, and closes the connection. */
    @Override
    public void close() {}
}
