package dev.loom.gateway.client.messages;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.client.Carried;
import dev.loom.gateway.testing.Answer;
import java.util.HashMap;
import java.util.Map;

/** What a client reads in a message, in OpenAI's words. */
final class MessageReading {

    private static final Map<String, String> REASONS =
            Map.of("end_turn", "stop", "max_tokens", "length", "tool_use", "tool_calls", "refusal", "content_filter");

    private MessageReading() {}

    static Answer of(JsonNode message) {
        Answer.Parts parts = new Answer.Parts();
        parts.model = message.path("model").asText();
        parts.finishReason = REASONS.get(message.path("stop_reason").asText());
        parts.usage = usage(message.path("usage"));
        parts.refusal.append(message.at("/stop_details/explanation").asText(""));
        Map<String, String> signatures = new HashMap<>();
        int calls = 0;
        for (JsonNode block : message.path("content")) {
            switch (block.path("type").asText()) {
                case "text" -> parts.content.append(block.path("text").asText());
                case "thinking" -> thinking(block, parts);
                case "redacted_thinking" -> signatures.putAll(signatures(block));
                default -> call(block, parts.call(calls++), signatures);
            }
        }
        removeRefusal(parts);
        return parts.whole();
    }

    /** The text of a refusal is shown, too. */
    private static void removeRefusal(Answer.Parts parts) {
        if (!parts.refusal.isEmpty() && parts.content.toString().endsWith(parts.refusal.toString())) {
            parts.content.setLength(parts.content.length() - parts.refusal.length());
        }
    }

    private static void thinking(JsonNode block, Answer.Parts parts) {
        parts.reasoning.append(block.path("thinking").asText());
        if (Carried.unpack(block.path("signature").asText()) == null) {
            parts.reasoningSignature.append(block.path("signature").asText());
        }
    }

    private static Map<String, String> signatures(JsonNode block) {
        Map<String, String> signatures = new HashMap<>();
        JsonNode note = Carried.unpack(block.path("data").asText());
        note.path("calls")
                .properties()
                .forEach(call -> signatures.put(
                        call.getKey(),
                        call.getValue().at("/google/thought_signature").asText()));
        return signatures;
    }

    private static void call(JsonNode block, Answer.CallParts call, Map<String, String> signatures) {
        call.id = block.path("id").asText();
        call.name = block.path("name").asText();
        call.arguments.append(block.path("input"));
        call.signature = signatures.getOrDefault(call.id, "");
    }

    private static Answer.Tokens usage(JsonNode usage) {
        long cached = usage.path("cache_read_input_tokens").asLong();
        long input = usage.path("input_tokens").asLong()
                + cached
                + usage.path("cache_creation_input_tokens").asLong();
        long output = usage.path("output_tokens").asLong();
        return new Answer.Tokens(
                input,
                output,
                input + output,
                cached,
                usage.at("/output_tokens_details/thinking_tokens").asLong());
    }
}
