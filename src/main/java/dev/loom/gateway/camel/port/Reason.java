package dev.loom.gateway.camel.port;

import java.util.stream.Collectors;

/** What an exception says at the bottom, for a line of the log. */
public final class Reason {

    private Reason() {}

    /** On one line: the last cause, which is what really happened; Camel wraps it several times. */
    public static String of(Throwable thrown) {
        Throwable last = thrown;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        String message = last.getMessage();
        String name = last.getClass().getSimpleName();
        return message == null || message.isBlank() ? name : onOneLine(message);
    }

    /** Without the line of some messages that only has a mark below the place of a mistake. */
    public static String onOneLine(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.equals("*"))
                .collect(Collectors.joining(" "));
    }
}
