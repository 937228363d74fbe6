package dev.loom.gateway.testing;

import com.fasterxml.jackson.databind.JsonNode;

/** Reads what OpenAI and Azure said, as plainly as can be. */
public final class RecordedOpenAi {

    private final Answer.Parts answer = new Answer.Parts();

    public static Answer read(Recording recording) {
        RecordedOpenAi reader = new RecordedOpenAi();
        if (recording.isStream()) {
            recording.events().forEach(reader::add);
        } else {
            reader.add(recording.json());
        }
        return reader.answer.whole();
    }

    private void add(JsonNode json) {
        if (!json.path("id").asText().isEmpty()) {
            answer.id = json.path("id").asText();
            answer.model = json.path("model").asText();
            answer.created = json.path("created").asLong();
        }
        if (json.path("usage").isObject()) {
            answer.usage = usage(json.path("usage"));
        }
        for (JsonNode choice : json.path("choices")) {
            said(choice.path(choice.has("message") ? "message" : "delta"));
            if (choice.path("finish_reason").isTextual()) {
                answer.finishReason = choice.path("finish_reason").asText();
            }
        }
    }

    private void said(JsonNode message) {
        answer.content.append(text(message.path("content")));
        answer.refusal.append(text(message.path("refusal")));
        int position = 0;
        for (JsonNode call : message.path("tool_calls")) {
            Answer.CallParts parts = answer.call(call.path("index").asInt(position++));
            parts.id = call.path("id").asText(parts.id);
            parts.name = call.at("/function/name").asText(parts.name);
            parts.arguments.append(call.at("/function/arguments").asText());
        }
    }

    private static String text(JsonNode node) {
        return node.isTextual() ? node.textValue() : "";
    }

    private static Answer.Tokens usage(JsonNode usage) {
        return new Answer.Tokens(
                usage.path("prompt_tokens").asLong(),
                usage.path("completion_tokens").asLong(),
                usage.path("total_tokens").asLong(),
                usage.at("/prompt_tokens_details/cached_tokens").asLong(),
                usage.at("/completion_tokens_details/reasoning_tokens").asLong());
    }
}
