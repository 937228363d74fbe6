package dev.loom.gateway.client.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.client.Carried;
import dev.loom.gateway.testing.Answer;
import java.util.List;

/** What a client reads in an answer of Gemini's, or in the answers of a stream, in OpenAI's words. */
final class ContentReading {

    private final Answer.Parts parts = new Answer.Parts();
    private int calls;

    static Answer of(List<JsonNode> answers) {
        ContentReading reading = new ContentReading();
        answers.forEach(reading::answer);
        if (reading.parts.content.toString().endsWith(reading.parts.refusal.toString())) {
            reading.parts.content.setLength(reading.parts.content.length() - reading.parts.refusal.length());
        }
        return reading.parts.whole();
    }

    private void answer(JsonNode answer) {
        parts.model = answer.path("modelVersion").asText();
        answer.at("/candidates/0/content/parts").forEach(this::part);
        JsonNode reason = answer.at("/candidates/0/finishReason");
        if (reason.isTextual()) {
            parts.finishReason = reason(reason.asText());
            parts.refusal.append(answer.at("/candidates/0/finishMessage").asText(""));
        }
        if (answer.has("usageMetadata")) {
            parts.usage = usage(answer.path("usageMetadata"));
        }
    }

    private String reason(String word) {
        return switch (word) {
            case "MAX_TOKENS" -> "length";
            case "SAFETY" -> "content_filter";
            default -> calls > 0 ? "tool_calls" : "stop";
        };
    }

    private void part(JsonNode part) {
        (part.path("thought").asBoolean() ? parts.reasoning : parts.content)
                .append(part.path("text").asText(""));
        JsonNode note = Carried.unpack(part.path("thoughtSignature").asText(""));
        if (note != null) {
            note.path("thinking_blocks")
                    .forEach(block -> parts.reasoningSignature.append(
                            block.path("signature").asText("")));
        }
        if (part.has("functionCall")) {
            Answer.CallParts call = parts.call(calls++);
            call.id = part.at("/functionCall/id").asText();
            call.name = part.at("/functionCall/name").asText();
            call.arguments.append(part.at("/functionCall/args"));
            call.signature = note == null ? part.path("thoughtSignature").asText("") : "";
        }
    }

    private static Answer.Tokens usage(JsonNode usage) {
        long thoughts = usage.path("thoughtsTokenCount").asLong();
        return new Answer.Tokens(
                usage.path("promptTokenCount").asLong(),
                usage.path("candidatesTokenCount").asLong() + thoughts,
                usage.path("totalTokenCount").asLong(),
                usage.path("cachedContentTokenCount").asLong(),
                thoughts);
    }
}
