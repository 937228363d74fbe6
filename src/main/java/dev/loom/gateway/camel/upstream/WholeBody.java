package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.camel.port.Memory;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnreadableAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads an answer to its end, and takes room for each part of it before the part is read. */
final class WholeBody {

    /** Bytes that are read at once of what is not announced: most answers are short, and each part is twice the last. */
    private static final int FIRST_PART = 8 << 10;

    private static final int LONGEST_PART = 64 << 10;

    private final InputStream body;
    private final Memory.Share share;

    WholeBody(InputStream body, Memory.Share share) {
        this.body = body;
        this.share = share;
    }

    /**
     * Once.
     *
     * @param announced bytes that the provider says that it will send, as far as that is believed
     * @param limit bytes; a body that reaches it is an error
     * @throws UnreadableAnswer if there is no room for the next part; it has not been read then
     */
    byte[] read(int announced, int limit) throws IOException, UnreadableAnswer {
        takeTwice(announced);
        byte[] first = next(announced);
        int next = body.read();
        if (next < 0) {
            return weighed(first);
        }
        List<byte[]> parts = new ArrayList<>(List.of(first, new byte[] {(byte) next}));
        int size = first.length + 1;
        int wanted = FIRST_PART;
        for (int read = -1; read != 0 && size < limit; size += read) {
            takeTwice(wanted);
            byte[] part = next(Math.min(wanted, limit - size));
            read = part.length;
            parts.add(part);
            wanted = Math.min(2 * wanted, LONGEST_PART);
            if (read == LONGEST_PART) {
                giveWay();
            }
        }
        if (size == limit) {
            throw new IOException("The answer is longer than " + limit + " bytes");
        }
        return weighed(joined(parts, size));
    }

    /** Where more is always there, reading never waits, and a virtual thread would keep its processor to the end. */
    @SuppressWarnings("ThreadPriorityCheck") // The scheduler of virtual threads does take it as more than a hint.
    private static void giveWay() {
        Thread.yield();
    }

    /** As many bytes, or what is left. Unlike {@link InputStream#readNBytes(int)} it makes one array and no second one to join. */
    private byte[] next(int most) throws IOException {
        byte[] bytes = new byte[most];
        int read = body.readNBytes(bytes, 0, most);
        return read == most ? bytes : Arrays.copyOf(bytes, read);
    }

    /** With room for its tree. */
    private byte[] weighed(byte[] whole) throws UnreadableAnswer {
        take(Json.excess(Json.marks(whole, 0, whole.length), whole.length));
        return whole;
    }

    /** For the parts and the whole, or for the whole and what is made of it. */
    private void takeTwice(int bytes) throws UnreadableAnswer {
        take(2L * bytes);
    }

    private void take(long bytes) throws UnreadableAnswer {
        if (!share.take(bytes)) {
            throw new UnreadableAnswer(UpstreamAnswer.NO_ROOM);
        }
    }

    private static byte[] joined(List<byte[]> parts, int size) {
        byte[] whole = new byte[size];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }
}
