package dev.loom.gateway.camel.port;

/** Free text of a client, made fit for a header or a log line. */
public final class Printable {

    /** Characters. */
    private static final int LONGEST = 200;

    private Printable() {}

    /** A model's name can be a client's free text; in a header or a log line it must not break out. */
    public static String of(String text) {
        if (isPrintable(text)) {
            return text;
        }
        int length = Math.min(text.length(), LONGEST);
        StringBuilder safe = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            safe.append(isPrintable(c) ? c : '?');
        }
        return safe.toString();
    }

    /** As nearly all text is. */
    private static boolean isPrintable(String text) {
        boolean printable = text.length() <= LONGEST;
        for (int i = 0; printable && i < text.length(); i++) {
            printable = isPrintable(text.charAt(i));
        }
        return printable;
    }

    private static boolean isPrintable(char c) {
        return c > 0x20 && c < 0x7f;
    }
}
