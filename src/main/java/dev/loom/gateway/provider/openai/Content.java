package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import java.util.List;

/**
 * What a message or a delta says, and its parts brought to one place each: text to {@code content}, what the model
 * thinks to {@code reasoning_content}, which most servers and clients know, pictures to {@code images}, as OpenRouter
 * has them.
 */
final class Content {

    static final String REASONING = "reasoning_content";
    static final List<String> TEXTS = List.of("content", "refusal", REASONING);

    /** Where else servers write what a model thinks: vLLM, Groq and OpenRouter; GitHub; Ollama. */
    private static final List<String> OTHER_REASONING = List.of("reasoning", "reasoning_text", "thinking");

    /** OpenRouter's and MiniMax's, with signatures that they want back, so it stays beside the text. */
    private static final String REASONING_DETAILS = "reasoning_details";

    private static final String IMAGES = "images";
    private static final List<String> STRUCTURES =
            List.of("tool_calls", "audio", "function_call", REASONING_DETAILS, IMAGES);

    private Content() {}

    /** True if there is text, a tool call, reasoning, a refusal, a picture or sound. */
    static boolean isIn(JsonNode delta) {
        return TEXTS.stream().anyMatch(key -> Repair.hasText(delta, key))
                || STRUCTURES.stream()
                        .anyMatch(key -> delta.path(key).isContainerNode()
                                && !delta.path(key).isEmpty());
    }

    static void repair(ObjectNode message, Repair repair) {
        OTHER_REASONING.forEach(key -> rename(message, key, repair));
        JsonNode content = message.path("content");
        if (content.isArray()) {
            parts(message, (ArrayNode) content, repair);
        } else if (content.isNumber() || content.isBoolean() || content.isObject()) {
            repair.text(message, "content", content.isObject() ? Json.string(content) : content.asText());
        }
        reasoning(message, text(message.path(REASONING_DETAILS)), repair);
    }

    private static void rename(ObjectNode message, String key, Repair repair) {
        if (Repair.hasText(message, key)) {
            reasoning(message, message.path(key).textValue(), repair);
            repair.remove(message, key);
        }
    }

    /** The first text that is found: where a server writes it twice, it is the same. */
    private static void reasoning(ObjectNode message, String text, Repair repair) {
        if (!text.isEmpty()) {
            repair.textIfMissing(message, REASONING, text);
        }
    }

    /** Mistral answers with a list of parts, as do others. */
    private static void parts(ObjectNode message, ArrayNode parts, Repair repair) {
        StringBuilder said = new StringBuilder();
        StringBuilder thought = new StringBuilder();
        ArrayNode images = Json.array();
        for (JsonNode part : parts) {
            String type = part.path("type").asText();
            if (part.path("image_url").isObject()) {
                images.add(part);
            } else if (type.equals("thinking") || type.equals("reasoning")) {
                thought.append(text(part));
            } else {
                said.append(part.path("text").asText(""));
            }
        }
        reasoning(message, thought.toString(), repair);
        if (!images.isEmpty()) {
            repair.set(message, IMAGES, images);
        }
        if (said.isEmpty() && isIn(message)) {
            repair.remove(message, "content");
        } else {
            repair.text(message, "content", said.toString());
        }
    }

    /** What stands in a part, in a list of them, or in a part of a part. */
    private static String text(JsonNode node) {
        if (node.isArray()) {
            StringBuilder all = new StringBuilder();
            node.forEach(part -> all.append(text(part)));
            return all.toString();
        } else if (node.isObject()) {
            return text(node.path("text")) + text(node.path("thinking")) + text(node.path("summary"));
        }
        return node.asText("");
    }
}
