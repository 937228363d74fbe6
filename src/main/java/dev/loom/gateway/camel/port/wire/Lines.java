package dev.loom.gateway.camel.port.wire;

import io.netty.buffer.ByteBuf;

/**
 * The lines of one request's head and trailers as the codec took them from the connection, which forgives more than other
 * servers do: a header that goes on in a second line, one without a name, and any blanks around the three words of the
 * request line.
 */
final class Lines {

    private boolean inHeaders;
    private boolean odd;

    /** The next line is a request line. */
    void nextRequest() {
        inHeaders = false;
        odd = false;
    }

    /** Whether another server could have read one of them otherwise. */
    boolean areOdd() {
        return odd;
    }

    /** Whole lines, or what stands before a request line. */
    void look(ByteBuf in, int from, int to) {
        int next = inHeaders ? from : requestLine(in, from, to);
        while (next < to && !odd) {
            byte first = in.getByte(next);
            odd = first == ' ' || first == '\t' || first == ':';
            next = end(in, next, to);
        }
    }

    /** @return where the next line begins */
    private int requestLine(ByteBuf in, int from, int to) {
        int at = from;
        while (at < to && (in.getByte(at) == '\r' || in.getByte(at) == '\n')) {
            at++;
        }
        int end = end(in, at, to);
        if (at < to) {
            odd = !isThreeWords(in, at, end);
            inHeaders = true;
        }
        return end;
    }

    private static boolean isThreeWords(ByteBuf in, int from, int end) {
        int words = 0;
        boolean word = false;
        for (int at = from; at < end; at++) {
            int letter = in.getByte(at) & 0xFF;
            if (letter > ' ') {
                words += word ? 0 : 1;
                word = true;
            } else if (letter == ' ' && word) {
                word = false;
            } else {
                return words == 3 && word && isEnd(in, at, end);
            }
        }
        return false;
    }

    private static boolean isEnd(ByteBuf in, int at, int end) {
        return at == end - 2 && in.getByte(at) == '\r' && in.getByte(at + 1) == '\n';
    }

    /** Behind the next line feed. */
    private static int end(ByteBuf in, int from, int to) {
        int feed = in.indexOf(from, to, (byte) '\n');
        return feed < 0 ? to : feed + 1;
    }
}
