package dev.loom.gateway.provider;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Tells by its first bytes whether a body is an event stream. Servers, and proxies in front of them, give the wrong
 * {@code Content-Type} often enough.
 */
public enum StreamStart {
    EVENTS,
    OTHER,
    /** More bytes are needed. */
    UNDECIDED;

    /** Bytes of white space before anything else: some servers send it while they work. */
    private static final int LONGEST_BLANK = 64 << 10;

    private static final List<String> FIELDS = List.of("data:", "event:", "id:", "retry:", ":");
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    /**
     * Looks at as much of a body as is there.
     *
     * @param length how many of the bytes are there
     * @param declared whether its {@code Content-Type} says so; believed where a stream begins with an unknown field
     */
    public static StreamStart of(byte[] bytes, int length, boolean declared) {
        int from = 0;
        while (from < length && isBlank(bytes[from])) {
            from++;
        }
        if (from == length) {
            return length < LONGEST_BLANK ? UNDECIDED : OTHER;
        }
        if (bytes[from] == '{') {
            return OTHER;
        }
        String begun = new String(bytes, from, Math.min(length - from, 8), StandardCharsets.ISO_8859_1);
        if (FIELDS.stream().anyMatch(begun::startsWith)) {
            return EVENTS;
        }
        if (FIELDS.stream().anyMatch(field -> field.startsWith(begun))) {
            return UNDECIDED;
        }
        return declared && Character.isLetter(begun.charAt(0)) ? EVENTS : OTHER;
    }

    private static boolean isBlank(byte b) {
        return b == '\n' || b == '\r' || b == ' ' || b == '\t' || isOfByteOrderMark(b);
    }

    private static boolean isOfByteOrderMark(byte b) {
        return b == BYTE_ORDER_MARK[0] || b == BYTE_ORDER_MARK[1] || b == BYTE_ORDER_MARK[2];
    }
}
