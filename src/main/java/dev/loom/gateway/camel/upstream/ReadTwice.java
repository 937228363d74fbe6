package dev.loom.gateway.camel.upstream;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * A provider's answer that steps of a route may read before the relay does, to log it for instance. What has been read is
 * kept, and only then. Copies of the message share it, and may read it beside each other: who has Camel convert it gets all of
 * it. Once the relay has it, what was not read before cannot be read by anybody else.
 */
final class ReadTwice extends FilterInputStream {

    private static final int PART = 8 << 10;

    private @Nullable ByteArrayOutputStream read;
    private boolean ended;
    private boolean relayed;

    ReadTwice(InputStream in) {
        super(in);
    }

    /** All of it, from its beginning, for the relay. */
    synchronized InputStream whole() {
        relayed = true;
        return read == null ? in : new SequenceInputStream(new ByteArrayInputStream(read.toByteArray()), in);
    }

    /** All of it, for a step. */
    synchronized byte[] all() {
        try {
            byte[] part = new byte[PART];
            while (!ended) {
                read(part, 0, part.length);
            }
            return begun();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As much as steps have read. */
    synchronized byte[] begun() {
        return read == null ? new byte[0] : read.toByteArray();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public synchronized int read(byte[] buffer, int offset, int length) throws IOException {
        if (ended) {
            return -1;
        }
        if (relayed) {
            throw new IOException(
                    "The answer is on its way to the client already; a step that runs beside relay is too late");
        }
        int count = in.read(buffer, offset, length);
        if (count > 0) {
            keep(buffer, offset, count);
        }
        ended = count < 0;
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
