package dev.loom.gateway.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.TokenFigure;
import dev.loom.gateway.provider.UsageDetails;
import org.jspecify.annotations.Nullable;

/**
 * Anthropic's {@code usage}, whose input tokens leave out those of the cache. A stream reports it several times, and
 * not always whole: what comes later replaces what came before.
 */
final class AnthropicUsage {

    private final ObjectNode counts = Json.object();

    void update(JsonNode usage) {
        usage.properties().forEach(field -> {
            if (!field.getValue().isNull()) {
                counts.set(field.getKey(), field.getValue());
            }
        });
    }

    /** Null if nothing has been counted. */
    @Nullable
    UsageDetails details() {
        long fresh = figure("input_tokens");
        long output = figure("output_tokens");
        if (fresh == TokenFigure.UNSAID && output == TokenFigure.UNSAID) {
            return null;
        }
        long read = TokenFigure.ofPart(counts.path("cache_read_input_tokens"));
        long written = TokenFigure.ofPart(counts.path("cache_creation_input_tokens"));
        long input = fresh == TokenFigure.UNSAID ? fresh : TokenFigure.sum(fresh, read, written);
        long thinking = TokenFigure.ofPart(counts.path("output_tokens_details").path("thinking_tokens"));
        return new UsageDetails(input, output, read, written, thinking);
    }

    private long figure(String key) {
        return TokenFigure.of(counts.path(key));
    }
}
