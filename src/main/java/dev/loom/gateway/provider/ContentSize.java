package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** How much a message or a delta says, for an estimate of its tokens where a provider does not count them. */
public final class ContentSize {

    private static final List<String> TEXTS = List.of("content", "refusal", "reasoning_content");

    private ContentSize() {}

    /** Bytes, in UTF-8, of text, reasoning, refusals, and the names and arguments of tool calls. */
    public static long of(JsonNode message) {
        long bytes = 0;
        for (String key : TEXTS) {
            bytes += text(message.path(key));
        }
        for (JsonNode call : message.path("tool_calls")) {
            bytes += function(call.path("function")) + text(call.path("custom").path("input"));
        }
        return bytes + function(message.path("function_call"));
    }

    /** Of a whole answer. */
    public static long ofCompletion(byte[] completion) {
        long bytes = 0;
        for (JsonNode choice : Json.lenient(completion).path("choices")) {
            bytes += of(choice.path("message"));
        }
        return bytes;
    }

    private static long function(JsonNode function) {
        return text(function.path("name")) + text(function.path("arguments"));
    }

    private static long text(JsonNode node) {
        String text = node.isTextual() ? node.textValue() : "";
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3; // two surrogates are four bytes
        }
        return bytes;
    }
}
