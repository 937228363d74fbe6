package dev.loom.gateway.client.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.FinishReasons;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UsageDetails;
import org.jspecify.annotations.Nullable;

/** How a message ends, and what it took. */
final class Ending {

    private String reason = "stop";
    private @Nullable String refusal;
    private @Nullable String sequence;
    private @Nullable String own;

    void reason(String hubs) {
        reason = hubs;
    }

    void refused(String why) {
        refusal = why;
    }

    void stopped(String stopSequence) {
        sequence = stopSequence;
    }

    /** Anthropic's own word, if the choice has one that the hub has none for. */
    void worded(JsonNode hubsChoice) {
        own = FinishReasons.own(hubsChoice, "messages");
    }

    /** Sets {@code stop_reason} and what belongs to it. Few providers tell which sequence stopped the model. */
    void write(ObjectNode to) {
        boolean refused = refusal != null || reason.equals("content_filter");
        to.put("stop_reason", own != null ? own : refused ? "refusal" : word());
        to.put("stop_sequence", refused || !reason.equals("stop") ? null : sequence);
        if (refused) {
            to.putObject("stop_details")
                    .put("type", "refusal")
                    .putNull("category")
                    .put("explanation", refusal);
        } else {
            to.putNull("stop_details");
        }
    }

    private String word() {
        return switch (reason) {
            case "length" -> "max_tokens";
            case "tool_calls" -> "tool_use";
            default -> sequence == null ? "end_turn" : "stop_sequence";
        };
    }

    /** Anthropic's input tokens leave out those of the cache; the hub's do not. */
    static ObjectNode usage(UsageDetails usage) {
        ObjectNode json = Json.object()
                .put("input_tokens", Math.max(0, usage.input() - usage.cached() - usage.cacheWritten()))
                .put("cache_creation_input_tokens", usage.cacheWritten())
                .put("cache_read_input_tokens", usage.cached())
                .put("output_tokens", usage.output())
                .putNull("cache_creation")
                .putNull("server_tool_use")
                .putNull("service_tier");
        json.putObject("output_tokens_details").put("thinking_tokens", usage.reasoning());
        return json;
    }
}
