package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.client.Asked;
import dev.loom.gateway.client.Carried;
import dev.loom.gateway.testing.Answer;
import java.util.HashMap;
import java.util.Map;

/** What a client reads in a response, in the words of chat. */
final class ResponseReading {

    private final Answer.Parts parts = new Answer.Parts();
    private final Map<String, String> signatures = new HashMap<>();
    private int calls;

    static Answer of(JsonNode response) {
        ResponseReading reading = new ResponseReading();
        reading.parts.model = response.path("model").asText();
        reading.parts.created = response.path("created_at").asLong();
        reading.parts.usage = usage(response.path("usage"));
        response.path("output").forEach(reading::item);
        reading.parts.finishReason = reason(response, reading.calls > 0);
        return reading.parts.whole();
    }

    private static String reason(JsonNode response, boolean called) {
        String why = response.at("/incomplete_details/reason").asText("");
        return switch (why) {
            case "max_output_tokens" -> "length";
            case "content_filter" -> why;
            default -> called ? "tool_calls" : "stop";
        };
    }

    private void item(JsonNode item) {
        switch (item.path("type").asText()) {
            case "reasoning" -> reasoning(item);
            case "message" ->
                item.path("content").forEach(part -> {
                    parts.content.append(part.path("text").asText(""));
                    parts.refusal.append(part.path("refusal").asText(""));
                });
            default -> {
                Answer.CallParts call = parts.call(calls++);
                call.id = item.path("call_id").asText();
                call.name = item.path("name").asText();
                call.arguments.append(Asked.json(item.path("arguments").asText()));
                call.signature = signatures.getOrDefault(call.id, "");
            }
        }
    }

    private void reasoning(JsonNode item) {
        item.path("summary")
                .forEach(part -> parts.reasoning.append(part.path("text").asText()));
        JsonNode note = Carried.unpack(item.path("encrypted_content").asText());
        note.path("thinking_blocks")
                .forEach(block ->
                        parts.reasoningSignature.append(block.path("signature").asText("")));
        note.path("calls")
                .properties()
                .forEach(call -> signatures.put(
                        call.getKey(),
                        call.getValue().at("/google/thought_signature").asText()));
    }

    private static Answer.Tokens usage(JsonNode usage) {
        return new Answer.Tokens(
                usage.path("input_tokens").asLong(),
                usage.path("output_tokens").asLong(),
                usage.path("total_tokens").asLong(),
                usage.at("/input_tokens_details/cached_tokens").asLong(),
                usage.at("/output_tokens_details/reasoning_tokens").asLong());
    }
}
