package dev.loom.gateway.camel.port;

import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Utf8;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of the model in a form in a file ({@code multipart/form-data}), and where it stands. The form must be one that
 * everybody reads alike.
 *
 * @param start in the file, as {@code end}
 */
record FormField(String value, long start, long end) {

    private static final Pattern FORM = Pattern.compile("\\s*multipart/.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final String CHARSET = "(?:\\s*;\\s*charset=\"?(?:utf-8|us-ascii|iso-8859-1)\"?)?\\s*";

    private static final Pattern BOUNDARY = Pattern.compile(
            "\\s*multipart/form-data" + CHARSET + ";\\s*boundary=(?:\"([^\"\\\\\\s]{1,70})\"|([^\",;\\\\\\s]{1,70}))"
                    + CHARSET,
            Pattern.CASE_INSENSITIVE);

    private static final String MODEL = "model";
    private static final String CRLF = "\r\n";

    /** Bytes of a part's head and a short value, at most. */
    private static final int HEAD = 8192;

    /** As many as Starlette reads. */
    private static final int MOST_PARTS = 1000;

    /**
     * Looks at all parts.
     *
     * @param others takes name and value of each other part that is a short text
     * @return null where none names a model, or the file is no form
     * @throws InvalidRequest if somebody else could find other parts in it, or another model
     */
    static @Nullable FormField model(FileChannel file, @Nullable String type, BiConsumer<String, String> others)
            throws IOException, InvalidRequest {
        if (type == null || !FORM.matcher(type).matches()) {
            return null;
        }
        Matcher form = BOUNDARY.matcher(type);
        require(form.matches(), "the Content-Type must be 'multipart/form-data; boundary=...' and nothing else");
        String delimiter = "--" + (form.group(1) == null ? form.group(2) : form.group(1));
        Delimiters delimiters = new Delimiters(file, delimiter.getBytes(StandardCharsets.ISO_8859_1));
        FormField found = null;
        int parts = 0;
        for (long at = delimiters.next(); ; at = delimiters.next()) {
            require(at >= 0, "its end is missing");
            require(at == 0 || parts > 0, "something stands before its first part");
            require(at == 0 || isBehindLine(file, at), "a boundary stands behind a bare line break");
            String text = text(file, at + delimiter.length());
            if (text.startsWith("--")) {
                require(text.equals("--") || text.equals("--" + CRLF), "something stands behind its end");
                return found;
            }
            FormField field = read(text, at + delimiter.length(), CRLF + delimiter, others);
            require(found == null || field == null, "'model' stands in it twice");
            found = field == null ? found : field;
            require(++parts <= MOST_PARTS, "it has more than " + MOST_PARTS + " parts");
        }
    }

    /** Some readers take a bare line break before a boundary for one. */
    private static boolean isBehindLine(FileChannel file, long at) throws IOException {
        return text(file, at - CRLF.length()).startsWith(CRLF);
    }

    /** The field whose part begins here, behind its boundary, if it is the model. */
    private static @Nullable FormField read(String text, long at, String end, BiConsumer<String, String> others)
            throws InvalidRequest {
        require(text.startsWith(CRLF), "a boundary has something behind it");
        int start = text.indexOf(CRLF + CRLF);
        require(start > 0, "the headers of a part have no end, or more than " + HEAD + " bytes");
        PartHead head = PartHead.read(text.substring(CRLF.length(), start));
        int from = start + 2 * CRLF.length();
        int to = text.indexOf(end, start + CRLF.length());
        if (!head.name().regionMatches(true, 0, MODEL, 0, MODEL.length())) {
            if (to >= from) {
                others.accept(head.name(), utf8(text.substring(from, to)));
            }
            return null;
        }
        require(head.name().equals(MODEL) && head.plain() && to >= from, "'model' must be a short text");
        String model = text.substring(from, to);
        require(Utf8.isValid(model.getBytes(StandardCharsets.ISO_8859_1)), "'model' is not UTF-8");
        return new FormField(utf8(model), at + from, at + to);
    }

    private static String utf8(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** Bytes as the characters of the same number. */
    private static String text(FileChannel file, long at) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        while (head.hasRemaining() && file.read(head, at + head.position()) >= 0) {}
        return new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1);
    }

    private static void require(boolean condition, String problem) throws InvalidRequest {
        if (!condition) {
            throw PartHead.refused(problem);
        }
    }
}
