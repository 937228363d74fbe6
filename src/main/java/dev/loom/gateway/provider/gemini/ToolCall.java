package dev.loom.gateway.provider.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Chunks;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnreadableAnswer;
import org.jspecify.annotations.Nullable;

/**
 * A part of an answer that calls a function. Gemini sends it whole, in streams too.
 *
 * @param arguments a JSON object, written as a string
 * @param signature the model's own note, which it wants back with the call; carried as Google's OpenAI layer carries it
 */
record ToolCall(String id, String name, String arguments, @Nullable String signature) {

    /**
     * Reads a part.
     *
     * @param otherId for a call without an id, which is the rule on Vertex AI
     */
    static ToolCall read(JsonNode part, String otherId) throws UnreadableAnswer {
        JsonNode call = part.path("functionCall");
        String id = call.path("id").asText("");
        String name = call.path("name").asText("");
        if (name.isEmpty()) {
            throw new UnreadableAnswer("The provider's answer calls a function without a name.");
        }
        JsonNode args = call.path("args").isObject() ? call.path("args") : Json.object();
        String signature = part.path("thoughtSignature").textValue();
        return new ToolCall(id.isEmpty() ? otherId : id, name, Json.string(args), signature);
    }

    /** For a stream. */
    ObjectNode delta(int index) {
        ObjectNode delta = Chunks.toolCall(index, id, name, arguments);
        if (signature != null) {
            ObjectNode call = (ObjectNode) delta.path("tool_calls").path(0);
            call.putObject("extra_content").putObject("google").put("thought_signature", signature);
        }
        return delta;
    }

    /** For a whole answer, whose calls have no index. */
    ObjectNode whole() {
        ObjectNode call = (ObjectNode) delta(0).path("tool_calls").path(0);
        call.remove("index");
        return call;
    }
}
