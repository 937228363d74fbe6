package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Consumer;

/** How much a message or a delta says, for an estimate of its tokens where a provider does not count them. */
public final class ContentSize {

    private static final List<String> TEXTS = List.of("content", "refusal", "reasoning_content");

    private ContentSize() {}

    /** Bytes, in UTF-8, of text, reasoning, refusals, and the names and arguments of tool calls. */
    public static long of(JsonNode message) {
        Bytes bytes = new Bytes();
        texts(message, bytes);
        return bytes.sum;
    }

    /** All of a message, or of a delta, that is text: reasoning, refusals, names and arguments of tool calls, too. */
    public static void texts(JsonNode message, Consumer<String> each) {
        for (String key : TEXTS) {
            text(message.path(key), each);
        }
        for (JsonNode call : message.path("tool_calls")) {
            function(call.path("function"), each);
            text(call.path("custom").path("input"), each);
        }
        function(message.path("function_call"), each);
    }

    /** Of a whole answer; a transcript is one, too. */
    public static long ofCompletion(byte[] completion) {
        JsonNode answer = Json.lenient(completion);
        Bytes bytes = new Bytes();
        text(answer.path("text"), bytes);
        for (JsonNode choice : answer.path("choices")) {
            texts(choice.path("message"), bytes);
        }
        return bytes.sum;
    }

    private static void function(JsonNode function, Consumer<String> each) {
        text(function.path("name"), each);
        text(function.path("arguments"), each);
    }

    private static void text(JsonNode node, Consumer<String> each) {
        if (node.isTextual()) {
            each.accept(node.textValue());
        }
    }

    /** Their sum. */
    private static final class Bytes implements Consumer<String> {

        private long sum;

        @Override
        public void accept(String text) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                sum += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3; // two surrogates are four bytes
            }
        }
    }
}
