package dev.loom.gateway.provider.openai;

/** Finds the end of a string in JSON without making text of it. */
final class JsonText {

    private JsonText() {}

    /**
     * Where the string ends whose text begins at {@code start}, behind the quote.
     *
     * @return the index of the closing quote; -1 if there is none, or if the text is not what JSON and UTF-8 strictly allow
     */
    static int end(byte[] json, int start) {
        int i = start;
        while (i < json.length && json[i] != '"') {
            int length = character(json, i);
            if (length == 0) {
                return -1;
            }
            i += length;
        }
        return i < json.length ? i : -1;
    }

    /** Bytes of one character or escape sequence, 0 for what is neither. */
    private static int character(byte[] json, int at) {
        byte b = json[at];
        if (b < ' ') {
            return b < 0 ? beyondAscii(json, at) : 0;
        }
        return b == '\\' ? escape(json, at) : 1;
    }

    private static int escape(byte[] json, int at) {
        int escaped = at + 1 < json.length ? json[at + 1] : -1;
        if (escaped == 'u') {
            return hexDigits(json, at + 2) ? 6 : 0;
        }
        return "\"\\/bfnrt".indexOf(escaped) >= 0 ? 2 : 0;
    }

    private static boolean hexDigits(byte[] json, int from) {
        boolean all = from + 4 <= json.length;
        for (int i = from; all && i < from + 4; i++) {
            all = Character.digit(json[i], 16) >= 0;
        }
        return all;
    }

    /** As RFC 3629 has it: in its shortest form, no surrogate, nothing after U+10FFFF. */
    private static int beyondAscii(byte[] json, int at) {
        int lead = json[at] & 0xFF;
        int length = lead < 0xC2 || lead > 0xF4 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (length == 0 || at + length > json.length || !secondFits(lead, json[at + 1] & 0xFF)) {
            return 0;
        }
        for (int i = at + 1; i < at + length; i++) {
            if ((json[i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return length;
    }

    private static boolean secondFits(int lead, int second) {
        return switch (lead) {
            case 0xE0 -> second >= 0xA0;
            case 0xED -> second < 0xA0;
            case 0xF0 -> second >= 0x90;
            case 0xF4 -> second < 0x90;
            default -> true;
        };
    }
}
