package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Usage;
import org.jspecify.annotations.Nullable;

/** OpenAI's {@code usage} object, read and completed. */
final class OpenAiUsage {

    private OpenAiUsage() {}

    /** Null if the node counts nothing. */
    static @Nullable Usage read(JsonNode usage) {
        if (!usage.path("prompt_tokens").isNumber()
                && !usage.path("completion_tokens").isNumber()) {
            return null;
        }
        long input = count(usage.path("prompt_tokens"));
        JsonNode details = usage.path("prompt_tokens_details").path("cached_tokens");
        JsonNode cached = details.isNumber() ? details : usage.path("prompt_cache_hit_tokens"); // DeepSeek's name
        long output = count(usage.path("completion_tokens"));
        long reasoning = count(usage.path("completion_tokens_details").path("reasoning_tokens"));
        return new Usage(input, output, Math.min(input, count(cached)), Math.min(output, reasoning));
    }

    static void repair(ObjectNode usage, Repair repair) {
        long input = count(usage.path("prompt_tokens"));
        long output = count(usage.path("completion_tokens"));
        repair.number(usage, "prompt_tokens", input);
        repair.number(usage, "completion_tokens", output);
        JsonNode total = usage.path("total_tokens");
        repair.number(usage, "total_tokens", total.isNumber() ? count(total) : input + output);
    }

    /** Not negative, and small enough that sums of them do not overflow. */
    private static long count(JsonNode node) {
        return node.isNumber() && node.canConvertToLong()
                ? Math.max(0, Math.min(node.longValue(), Integer.MAX_VALUE))
                : 0;
    }
}
