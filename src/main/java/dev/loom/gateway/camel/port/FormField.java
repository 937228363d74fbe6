package dev.loom.gateway.camel.port;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A short field of a form in a file ({@code multipart/form-data}), and where its value stands.
 *
 * @param start in the file, as {@code end}
 */
record FormField(String value, long start, long end) {

    private static final Pattern BOUNDARY =
            Pattern.compile("multipart/form-data\\s*;.*boundary=\"?([^\";,\\s]{1,70})\"?.*", Pattern.CASE_INSENSITIVE);

    /** Bytes of a part's head and a short value. */
    private static final int HEAD = 1024;

    /** Bytes that are looked at, at once. */
    private static final int BLOCK = 256 << 10;

    /** @return null where there is no such field, or the file is no form */
    static @Nullable FormField find(FileChannel file, @Nullable String type, String name) throws IOException {
        Matcher form = BOUNDARY.matcher(type == null ? "" : type);
        if (!form.matches()) {
            return null;
        }
        byte[] delimiter = ("--" + form.group(1)).getBytes(StandardCharsets.ISO_8859_1);
        for (long at = next(file, 0, delimiter); at >= 0; at = next(file, at + delimiter.length, delimiter)) {
            FormField field = read(file, at + delimiter.length, name, delimiter);
            if (field != null) {
                return field;
            }
        }
        return null;
    }

    /** The field whose part begins here, if it has that name. */
    private static @Nullable FormField read(FileChannel file, long at, String name, byte[] delimiter)
            throws IOException {
        String text = text(file, at);
        int start = text.indexOf("\r\n\r\n") + 4;
        int end = text.indexOf("\r\n" + new String(delimiter, StandardCharsets.ISO_8859_1), start);
        String head = start < 4 ? "" : text.substring(0, start);
        boolean named = head.contains(" name=\"" + name + '"') || head.contains(" name=" + name + "\r\n");
        if (!named || end < 0) {
            return null;
        }
        String value =
                new String(text.substring(start, end).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return new FormField(value, at + start, at + end);
    }

    /** Bytes as the characters of the same number. */
    private static String text(FileChannel file, long at) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        while (head.hasRemaining() && file.read(head, at + head.position()) >= 0) {}
        return new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1);
    }

    /** Where these bytes stand next; -1 where they do not. */
    private static long next(FileChannel file, long from, byte[] wanted) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        for (long at = from; at + wanted.length <= file.size(); at += BLOCK - wanted.length) {
            block.clear();
            int count = Math.max(0, file.read(block, at));
            int found = indexOf(block.array(), count, wanted);
            if (found >= 0) {
                return at + found;
            }
        }
        return -1;
    }

    private static int indexOf(byte[] bytes, int length, byte[] wanted) {
        for (int i = 0; i + wanted.length <= length; i++) {
            int j = 0;
            while (j < wanted.length && bytes[i + j] == wanted[j]) {
                j++;
            }
            if (j == wanted.length) {
                return i;
            }
        }
        return -1;
    }
}
