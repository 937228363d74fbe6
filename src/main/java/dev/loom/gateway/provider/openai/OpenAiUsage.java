package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.TokenFigure;
import dev.loom.gateway.provider.Usage;
import org.jspecify.annotations.Nullable;

/** OpenAI's {@code usage} object, read and completed. */
final class OpenAiUsage {

    private OpenAiUsage() {}

    /** Null if the node counts nothing. */
    static @Nullable Usage read(JsonNode usage) {
        long output = TokenFigure.of(usage.path("completion_tokens"));
        JsonNode details = usage.path("prompt_tokens_details").path("cached_tokens");
        JsonNode cached =
                TokenFigure.isSaid(details) ? details : usage.path("prompt_cache_hit_tokens"); // DeepSeek's name
        long reasoning = TokenFigure.ofPart(reasoning(usage));
        return Usage.reported(
                TokenFigure.of(usage.path("prompt_tokens")),
                output,
                TokenFigure.ofPart(cached),
                TokenFigure.isPlausible(reasoning) ? Math.min(Math.max(0, output), reasoning) : reasoning);
    }

    /** Some servers count it beside the output. */
    private static JsonNode reasoning(JsonNode usage) {
        return usage.path("completion_tokens_details").path("reasoning_tokens");
    }

    /**
     * Makes numbers of all that is read; what the gateway does not believe stays as it is, for the reader to judge.
     *
     * @param read of this node
     */
    static void repair(ObjectNode usage, Usage read, Repair repair) {
        if (!read.isPlausible()) {
            return;
        }
        repair.number(usage, "prompt_tokens", read.input());
        repair.number(usage, "completion_tokens", read.output());
        long total = TokenFigure.of(usage.path("total_tokens"));
        repair.number(usage, "total_tokens", TokenFigure.isPlausible(total) ? total : read.input() + read.output());
        figure(usage.path("prompt_tokens_details"), "cached_tokens", repair);
        figure(usage.path("completion_tokens_details"), "reasoning_tokens", repair);
    }

    private static void figure(JsonNode details, String key, Repair repair) {
        if (details instanceof ObjectNode object && TokenFigure.isSaid(object.path(key))) {
            repair.number(object, key, TokenFigure.of(object.path(key)));
        }
    }
}
