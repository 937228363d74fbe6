package dev.loom.gateway.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The mark at the end of a prefix that is to be cached. It is Anthropic's own word, {@code cache_control}, which clients
 * may use wherever it makes sense in OpenAI's requests; OpenAI's {@code prompt_cache_breakpoint} of a part says the same.
 */
final class CacheControl {

    private static final String MARK = "cache_control";

    private CacheControl() {}

    static void keep(JsonNode from, ObjectNode to) {
        if (from.path(MARK).isObject()) {
            to.set(MARK, from.path(MARK));
        } else if (from.path("prompt_cache_breakpoint").path("mode").asText().equals("explicit")) {
            to.putObject(MARK).put("type", "ephemeral");
        }
    }

    /** A message's own mark stands at its end. */
    static void keepAtEnd(JsonNode message, ArrayNode blocks) {
        if (blocks.path(blocks.size() - 1) instanceof ObjectNode last && !last.has(MARK)) {
            keep(message, last);
        }
    }

    /** The API refuses marks within the result of a tool, and takes them on it. */
    static void lift(ArrayNode blocks, ObjectNode result) {
        for (JsonNode block : blocks) {
            keep(block, result);
            ((ObjectNode) block).remove(MARK);
        }
    }
}
