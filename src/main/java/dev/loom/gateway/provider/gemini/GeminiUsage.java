package dev.loom.gateway.provider.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.TokenFigure;
import dev.loom.gateway.provider.UsageDetails;
import org.jspecify.annotations.Nullable;

/**
 * Gemini's {@code usageMetadata}. In a stream it comes with many chunks: the last one with figures counts, and none of its
 * figures is mixed with those of another.
 */
final class GeminiUsage {

    private @Nullable UsageDetails details;

    void update(JsonNode metadata) {
        long prompt = TokenFigure.of(metadata.path("promptTokenCount"));
        long candidates = TokenFigure.of(metadata.path("candidatesTokenCount"));
        if (prompt == TokenFigure.UNSAID && candidates == TokenFigure.UNSAID) {
            return;
        }
        long toolResults = TokenFigure.ofPart(metadata.path("toolUsePromptTokenCount"));
        long input = prompt == TokenFigure.UNSAID ? prompt : TokenFigure.sum(prompt, toolResults);
        long thoughts = TokenFigure.of(metadata.path("thoughtsTokenCount"));
        details = new UsageDetails(
                input,
                TokenFigure.sum(candidates, thoughts),
                TokenFigure.ofPart(metadata.path("cachedContentTokenCount")),
                0,
                TokenFigure.ofPart(metadata.path("thoughtsTokenCount")));
    }

    /** Null if nothing was counted: not every chunk's metadata has figures. */
    @Nullable
    UsageDetails details() {
        return details;
    }
}
