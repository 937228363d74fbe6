package dev.loom.gateway.provider.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.UsageDetails;
import org.jspecify.annotations.Nullable;

/**
 * Gemini's {@code usageMetadata}. In a stream it comes with many chunks: the last one with figures counts, and none of its
 * figures is mixed with those of another.
 */
final class GeminiUsage {

    private boolean reported;
    private long prompt;
    private long toolResults;
    private long candidates;
    private long thoughts;
    private long cached;

    void update(JsonNode metadata) {
        if (!metadata.path("promptTokenCount").isNumber()
                && !metadata.path("candidatesTokenCount").isNumber()) {
            return;
        }
        reported = true;
        prompt = count(metadata, "promptTokenCount");
        toolResults = count(metadata, "toolUsePromptTokenCount");
        candidates = count(metadata, "candidatesTokenCount");
        thoughts = count(metadata, "thoughtsTokenCount");
        cached = count(metadata, "cachedContentTokenCount");
    }

    /** Null if nothing was counted: not every chunk's metadata has figures. */
    @Nullable
    UsageDetails details() {
        long input = prompt + toolResults;
        return reported ? new UsageDetails(input, candidates + thoughts, Math.min(input, cached), 0, thoughts) : null;
    }

    /** Not negative, and small enough that sums of them do not overflow. */
    private static long count(JsonNode metadata, String field) {
        JsonNode count = metadata.path(field);
        return count.isNumber() && count.canConvertToLong()
                ? Math.max(0, Math.min(count.longValue(), Integer.MAX_VALUE))
                : 0;
    }
}
