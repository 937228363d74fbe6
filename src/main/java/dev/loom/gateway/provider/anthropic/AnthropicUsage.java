package dev.loom.gateway.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
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
        if (!counts.path("input_tokens").isNumber()
                && !counts.path("output_tokens").isNumber()) {
            return null;
        }
        long read = count(counts.path("cache_read_input_tokens"));
        long written = count(counts.path("cache_creation_input_tokens"));
        long input = count(counts.path("input_tokens")) + read + written;
        long thinking = count(counts.path("output_tokens_details").path("thinking_tokens"));
        return new UsageDetails(input, count(counts.path("output_tokens")), read, written, thinking);
    }

    /** Not negative, and small enough that sums do not overflow. */
    private static long count(JsonNode node) {
        return node.isNumber() ? Math.max(0, Math.min(node.asLong(), Integer.MAX_VALUE)) : 0;
    }
}
