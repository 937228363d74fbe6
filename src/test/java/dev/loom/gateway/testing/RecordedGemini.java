package dev.loom.gateway.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Map;

/** Reads what Gemini said, as plainly as can be, and puts it in OpenAI's words. */
public final class RecordedGemini {

    private static final Map<String, String> REASONS =
            Map.of("STOP", "stop", "MAX_TOKENS", "length", "SAFETY", "content_filter");

    private final Answer.Parts answer = new Answer.Parts();
    private int calls;

    public static Answer read(Recording recording) {
        RecordedGemini reader = new RecordedGemini();
        if (recording.isStream()) {
            recording.events().forEach(reader::add);
        } else {
            reader.add(recording.json());
        }
        return reader.answer.whole();
    }

    private void add(JsonNode json) {
        answer.id = "chatcmpl-" + json.path("responseId").asText();
        answer.model = json.path("modelVersion").asText();
        if (json.has("createTime")) {
            answer.created = Instant.parse(json.path("createTime").asText()).getEpochSecond();
        }
        if (json.at("/usageMetadata/promptTokenCount").isNumber()) {
            answer.usage = usage(json.path("usageMetadata"));
        }
        json.at("/candidates/0/content/parts").forEach(this::part);
        JsonNode reason = json.at("/candidates/0/finishReason");
        if (reason.isTextual()) {
            answer.finishReason = calls > 0 ? "tool_calls" : REASONS.get(reason.asText());
        }
        if (json.has("promptFeedback")) {
            answer.finishReason = "content_filter";
            answer.refusal.append(json.at("/promptFeedback/blockReasonMessage").asText());
        }
    }

    private void part(JsonNode part) {
        (part.path("thought").asBoolean() ? answer.reasoning : answer.content)
                .append(part.path("text").asText());
        if (part.has("functionCall")) {
            Answer.CallParts call = answer.call(calls++);
            call.name = part.at("/functionCall/name").asText();
            call.arguments.append(part.at("/functionCall/args"));
            call.signature = part.path("thoughtSignature").asText();
        }
    }

    /** OpenAI's completion includes what was thought. */
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
