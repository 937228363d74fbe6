package dev.loom.gateway.client;

import dev.loom.gateway.provider.Json;
import java.nio.charset.StandardCharsets;

/**
 * Whether the arguments of a call, which come in pieces, are whole: JSON to its end. Each character is looked at once; all
 * of the text is read only once its brackets and quotes are closed, however many pieces it comes in.
 */
final class ArgumentsEnd {

    private enum Known {
        NOTHING,
        WHOLE,
        NOT_JSON
    }

    private int depth;
    private boolean structured;
    private boolean quoted;
    private boolean escaped;
    private Known known = Known.NOTHING;

    void append(String more) {
        if (known == Known.WHOLE && !more.isBlank()) {
            known = Known.NOT_JSON;
        }
        for (int i = 0; i < more.length(); i++) {
            take(more.charAt(i));
        }
    }

    private void take(char c) {
        if (quoted) {
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if (c == '"') {
            quoted = true;
            structured = true;
        } else if (c == '{' || c == '[') {
            depth++;
            structured = true;
        } else if (c == '}' || c == ']') {
            depth--;
            structured = true;
        }
    }

    /**
     * False also for what may go on: nothing, or a number.
     *
     * @param call with all the text that was appended here
     */
    boolean isWhole(Block call) {
        if (known == Known.NOTHING && structured && !quoted && depth <= 0) {
            byte[] text = call.text().getBytes(StandardCharsets.UTF_8);
            known = Json.lenient(text).isMissingNode() ? Known.NOT_JSON : Known.WHOLE;
        }
        return known == Known.WHOLE;
    }
}
