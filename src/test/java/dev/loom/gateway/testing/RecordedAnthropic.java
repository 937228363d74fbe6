package dev.loom.gateway.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Reads what Anthropic said, as plainly as can be, and puts it in OpenAI's words. */
public final class RecordedAnthropic {

    private static final Map<String, String> REASONS = Map.of(
            "end_turn", "stop",
            "stop_sequence", "stop",
            "max_tokens", "length",
            "tool_use", "tool_calls");

    private final Answer.Parts answer = new Answer.Parts();
    private long input;
    private long output;

    public static Answer read(Recording recording) {
        RecordedAnthropic reader = new RecordedAnthropic();
        if (recording.isStream()) {
            recording.events().forEach(reader::event);
        } else {
            reader.message(recording.json());
            int index = 0;
            for (JsonNode block : recording.json().path("content")) {
                reader.block(index, block);
                reader.answer.call(index++).arguments.append(block.path("input"));
            }
        }
        return reader.whole();
    }

    /** The calls are numbered by their block, and most blocks are no call. */
    private Answer whole() {
        Answer all = answer.whole();
        return new Answer(
                all.id(),
                all.model(),
                all.created(),
                all.content(),
                all.refusal(),
                all.reasoning(),
                all.reasoningSignature(),
                all.calls().stream().filter(call -> call.id() != null).toList(),
                all.finishReason(),
                all.usage());
    }

    private void event(JsonNode event) {
        int index = event.path("index").asInt();
        switch (event.path("type").asText()) {
            case "message_start" -> message(event.path("message"));
            case "content_block_start" -> block(index, event.path("content_block"));
            case "content_block_delta" -> block(index, event.path("delta"));
            case "message_delta" -> {
                stopped(event.path("delta"));
                used(event.path("usage"));
            }
            default -> {}
        }
    }

    private void message(JsonNode message) {
        answer.id = message.path("id").asText();
        answer.model = message.path("model").asText();
        stopped(message);
        used(message.path("usage"));
    }

    /** Names of fields tell them apart: a block's start, its deltas, and the block of a whole message. */
    private void block(int index, JsonNode block) {
        answer.content.append(block.path("text").asText());
        answer.reasoning.append(block.path("thinking").asText());
        answer.reasoningSignature.append(block.path("signature").asText());
        Answer.CallParts call = answer.call(index);
        call.id = block.path("id").asText(call.id);
        call.name = block.path("name").asText(call.name);
        call.arguments.append(block.path("partial_json").asText());
    }

    private void stopped(JsonNode message) {
        if (message.path("stop_reason").isTextual()) {
            answer.finishReason = REASONS.get(message.path("stop_reason").asText());
        }
    }

    /** OpenAI's prompt includes what came from the cache; a stream repeats the figures, as far as they are known. */
    private void used(JsonNode usage) {
        long cached = usage.path("cache_read_input_tokens").asLong(answer.usage.cached());
        long written = usage.path("cache_creation_input_tokens").asLong();
        input = usage.has("input_tokens") ? usage.path("input_tokens").asLong() + cached + written : input;
        output = usage.path("output_tokens").asLong(output);
        answer.usage = new Answer.Tokens(input, output, input + output, cached, 0);
    }
}
