package dev.loom.gateway.provider;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a {@code text/event-stream} into events as its bytes arrive, however they are split. Lines end in LF, CR or
 * CRLF; a byte order mark at the beginning is skipped. Not thread-safe: one instance per stream.
 *
 * <p>The format is that of the WHATWG HTML standard, section 9.2.6, but for two things. A last event without its blank line is
 * delivered by {@link #end()}: several servers close the connection without it. And a field {@code error} with JSON,
 * which llama.cpp has long sent in place of an event's name and its data, is an event of that name.
 */
public final class SseParser {

    /** Bytes of one event: a chunk of a chat answer takes a few hundred, an inlined image or sound a few million. */
    public static final int MAX_EVENT_BYTES = 4 << 20;

    /** Takes what the stream says, in order. */
    public interface Listener {

        void event(ServerSentEvent event);

        /** A comment line, which servers send to keep the connection alive. */
        void comment();
    }

    /** Bytes of an event of a chat answer, more or less. */
    private static final int USUAL = 512;

    /** Bytes. Room that an event has taken beyond that is not kept for the next one. */
    private static final int LARGE = 64 << 10;

    private static final byte[] DATA = "data".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EVENT = "event".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ERROR = "error".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};

    private final Listener listener;
    private ByteArrayOutputStream partialLine = new ByteArrayOutputStream(USUAL);
    private ByteArrayOutputStream data = new ByteArrayOutputStream(USUAL);
    private byte[] line = NOTHING; // the first line of data stands there, until there is a second or the bytes are gone
    private int from;
    private int to;
    private @Nullable String name;
    private boolean hasData;
    private boolean firstLine = true;
    private boolean afterCarriageReturn;

    public SseParser(Listener listener) {
        this.listener = listener;
    }

    /**
     * The next bytes of the stream: {@code bytes[offset]} to {@code bytes[offset + length - 1]}. They are not kept.
     *
     * @throws UnreadableAnswer if an event is larger than {@link #MAX_EVENT_BYTES}; nothing may be fed after that
     */
    public void feed(byte[] bytes, int offset, int length) throws UnreadableAnswer {
        int end = offset + length;
        int start = offset;
        for (int i = offset; i < end; i++) {
            byte b = bytes[i];
            if (b == '\n' && afterCarriageReturn) {
                start = i + 1; // the second half of a CRLF
                afterCarriageReturn = false;
            } else if (b == '\n' || b == '\r') {
                endOfLine(bytes, start, i);
                start = i + 1;
                afterCarriageReturn = b == '\r';
            } else {
                afterCarriageReturn = false;
            }
        }
        gather();
        keep(bytes, start, end);
    }

    /** Bytes that are held of an event that has begun. */
    public int begun() {
        return partialLine.size() + data.size();
    }

    /** The stream has ended: delivers what has data and was not delivered yet. */
    public void end() throws UnreadableAnswer {
        if (partialLine.size() > 0) {
            endOfLine(partialLine.toByteArray(), 0, 0);
        }
        endOfEvent();
    }

    private void keep(byte[] bytes, int start, int end) throws UnreadableAnswer {
        checkSize(end - start);
        partialLine.write(bytes, start, end - start);
    }

    private void checkSize(int more) throws UnreadableAnswer {
        if ((long) data.size() + (to - from) + partialLine.size() + more > MAX_EVENT_BYTES) {
            throw new UnreadableAnswer("The provider sent a stream event of more than " + MAX_EVENT_BYTES + " bytes.");
        }
    }

    private void endOfLine(byte[] bytes, int start, int end) throws UnreadableAnswer {
        if (partialLine.size() == 0) {
            checkSize(end - start);
            line(bytes, start, end);
        } else {
            keep(bytes, start, end);
            byte[] whole = partialLine.toByteArray();
            partialLine = emptied(partialLine);
            line(whole, 0, whole.length);
        }
    }

    private static ByteArrayOutputStream emptied(ByteArrayOutputStream held) {
        boolean large = held.size() > LARGE;
        held.reset();
        return large ? new ByteArrayOutputStream(USUAL) : held;
    }

    private void line(byte[] bytes, int lineStart, int end) {
        int start = firstLine && startsWithByteOrderMark(bytes, lineStart, end) ? lineStart + 3 : lineStart;
        firstLine = false;
        if (start == end) {
            endOfEvent();
        } else if (bytes[start] == ':') {
            listener.comment();
        } else {
            field(bytes, start, end);
        }
    }

    private static boolean startsWithByteOrderMark(byte[] bytes, int start, int end) {
        return end - start >= 3
                && bytes[start] == (byte) 0xEF
                && bytes[start + 1] == (byte) 0xBB
                && bytes[start + 2] == (byte) 0xBF;
    }

    private void field(byte[] bytes, int start, int end) {
        int colon = start;
        while (colon < end && bytes[colon] != ':') {
            colon++;
        }
        int value = Math.min(colon + 1, end);
        if (value < end && bytes[value] == ' ') {
            value++;
        }
        if (equal(bytes, start, colon, DATA)) {
            appendData(bytes, value, end);
        } else if (equal(bytes, start, colon, EVENT)) {
            name = new String(bytes, value, end - value, StandardCharsets.UTF_8);
        } else if (equal(bytes, start, colon, ERROR) && value < end && bytes[value] == '{') {
            name = "error";
            appendData(bytes, value, end);
        }
    }

    private static boolean equal(byte[] bytes, int start, int end, byte[] word) {
        return Arrays.equals(bytes, start, end, word, 0, word.length);
    }

    private void appendData(byte[] bytes, int start, int end) {
        if (hasData) {
            gather();
            data.write('\n');
            data.write(bytes, start, end - start);
        } else {
            line = bytes;
            from = start;
            to = end;
            hasData = true;
        }
    }

    /** Copies what stands in bytes that are not kept. */
    private void gather() {
        data.write(line, from, to - from);
        leave();
    }

    private void leave() {
        line = NOTHING;
        from = 0;
        to = 0;
    }

    private void endOfEvent() {
        if (hasData) {
            byte[] whole = data.size() == 0 ? Arrays.copyOfRange(line, from, to) : data.toByteArray();
            data = emptied(data);
            leave();
            hasData = false;
            listener.event(new ServerSentEvent(name == null || name.isEmpty() ? null : name, whole));
        }
        name = null;
    }
}
