package dev.loom.gateway.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The texts of a Java source, statement by statement: what a message is made of stands in one. Between two texts is a
 * {@link #GAP} unless nothing comes between them in the message.
 */
public final class Statements {

    /** Where something else is put into the message. */
    public static final char GAP = '\u0001';

    private static final Pattern NOTHING_BETWEEN = Pattern.compile("\\s*\\+\\s*");

    /** No message is looked for that has one. */
    private static final Pattern UNICODE = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u+\\p{XDigit}{4}");

    private final String source;
    private final List<String> statements = new ArrayList<>();
    private final StringBuilder statement = new StringBuilder();
    private final StringBuilder between = new StringBuilder();

    private Statements(String source) {
        this.source = source;
    }

    /** Those that have any text. */
    public static List<String> of(String source) {
        Statements found = new Statements(UNICODE.matcher(source).replaceAll("$1?"));
        found.read();
        return found.statements;
    }

    private void read() {
        int at = 0;
        while (at < source.length()) {
            if (source.startsWith("//", at)) {
                at = after("\n", at);
            } else if (source.startsWith("/*", at)) {
                at = after("*/", at);
            } else if (source.startsWith("\"\"\"", at)) {
                at = text(at + 3, "\"\"\"");
            } else if (source.charAt(at) == '"') {
                at = text(at + 1, "\"");
            } else if (source.charAt(at) == '\'') {
                at = character(at + 1);
            } else {
                code(source.charAt(at++));
            }
        }
        end();
    }

    private int after(String mark, int from) {
        int at = source.indexOf(mark, from + 2);
        return at < 0 ? source.length() : at + mark.length();
    }

    private int text(int from, String mark) {
        int to = from;
        while (!source.startsWith(mark, to)) {
            to += source.charAt(to) == '\\' ? 2 : 1;
        }
        if (!NOTHING_BETWEEN.matcher(between).matches()) {
            statement.append(GAP);
        }
        between.setLength(0);
        statement.append(source.substring(from, to).translateEscapes());
        return to + mark.length();
    }

    private int character(int from) {
        between.append('c');
        int to = from;
        while (source.charAt(to) != '\'') {
            to += source.charAt(to) == '\\' ? 2 : 1;
        }
        return to + 1;
    }

    private void code(char c) {
        if (c == ';' || c == '{' || c == '}') {
            end();
        } else {
            between.append(c);
        }
    }

    private void end() {
        if (statement.length() > 0) {
            statements.add(statement.toString());
        }
        statement.setLength(0);
        between.setLength(0);
    }
}
