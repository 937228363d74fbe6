package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The arguments of a call in a conversation, as the JSON object that some providers want. A model may have been cut off
 * in them, and the client sends back what it got: that is read as far as it goes, so that the conversation can go on.
 */
public final class Arguments {

    /** Stands for arguments that are no JSON at all. */
    private static final String TEXT = "arguments";

    /** Attempts to leave out one more entry from the end; what is cut off is one, rarely two. */
    private static final int MOST_CUTS = 32;

    private Arguments() {}

    /** Never null, never anything but an object. */
    public static ObjectNode of(JsonNode arguments) {
        if (arguments instanceof ObjectNode object) {
            return object;
        }
        String text = arguments.isContainerNode()
                ? Json.string(arguments)
                : arguments.asText("").strip();
        if (text.isEmpty() || text.equals("null")) {
            return Json.object();
        }
        return json(text) instanceof ObjectNode object ? object : repaired(text);
    }

    private static JsonNode json(String text) {
        return Json.lenient(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode repaired(String text) {
        String head = text;
        for (int cuts = 0; text.startsWith("{") && !head.isEmpty() && cuts < MOST_CUTS; cuts++) {
            if (json(closed(head)) instanceof ObjectNode object) {
                return object;
            }
            head = head.substring(0, Math.max(0, head.lastIndexOf(',')));
        }
        return Json.object().put(TEXT, text);
    }

    /** With an end for every string, list and object that has none. */
    private static String closed(String head) {
        Deque<Character> open = new ArrayDeque<>();
        boolean quoted = false;
        for (int i = 0; i < head.length(); i++) {
            char c = head.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == '{' || c == '[')) {
                open.push(c == '{' ? '}' : ']');
            } else if (!quoted && (c == '}' || c == ']') && !open.isEmpty()) {
                open.pop();
            }
        }
        StringBuilder closed = new StringBuilder(quoted ? withoutHalfEscape(head) : head);
        if (quoted) {
            closed.append('"');
        }
        open.forEach(closed::append);
        return closed.toString();
    }

    /** A backslash at the end, or the beginning of an escape by number, would swallow the quote. */
    private static String withoutHalfEscape(String head) {
        return head.replaceFirst("(?<!\\\\)((?:\\\\\\\\)*)\\\\(u[0-9a-fA-F]{0,3})?$", "$1");
    }
}
