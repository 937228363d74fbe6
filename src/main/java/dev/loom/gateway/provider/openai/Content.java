package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Repair;
import java.util.List;

/** What a message or a delta says. */
final class Content {

    static final List<String> TEXTS = List.of("content", "refusal", "reasoning_content", "reasoning");
    private static final List<String> STRUCTURES = List.of("tool_calls", "audio", "function_call", "reasoning_details");

    private Content() {}

    /** True if there is text, a tool call, reasoning, a refusal or sound. */
    static boolean isIn(JsonNode delta) {
        return TEXTS.stream().anyMatch(key -> Repair.hasText(delta, key))
                || STRUCTURES.stream()
                        .anyMatch(key -> delta.path(key).isContainerNode()
                                && !delta.path(key).isEmpty());
    }

    /** {@code content} is text or null; some servers send a list of parts, of which the text ones are joined. */
    static void repair(ObjectNode message, Repair repair) {
        JsonNode content = message.path("content");
        if (content.isArray()) {
            StringBuilder text = new StringBuilder();
            content.forEach(part -> text.append(part.path("text").asText("")));
            repair.text(message, "content", text.toString());
        } else if (content.isNumber() || content.isBoolean() || content.isObject()) {
            repair.text(message, "content", content.isObject() ? Json.string(content) : content.asText());
        }
    }
}
