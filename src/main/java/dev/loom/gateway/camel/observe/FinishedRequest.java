package dev.loom.gateway.camel.observe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.camel.port.Printable;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.routing.TrailEntry;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is told of a request when it is over: nothing of what was asked or answered.
 *
 * @param began when it came in
 * @param model that the client asked for, printable; null where the request could not be read
 * @param provider that was called last; null where none was
 * @param attempts upstream calls
 * @param status that the client got; null for a client that left
 * @param usage null where nothing is known of it
 * @param trail the attempts and skips, the first first
 */
public record FinishedRequest(
        String id,
        Instant began,
        @Nullable String model,
        @Nullable String provider,
        int attempts,
        @Nullable Integer status,
        @Nullable Usage usage,
        long millis,
        List<TrailEntry> trail) {

    long inputTokens() {
        return usage == null ? 0 : usage.input();
    }

    long outputTokens() {
        return usage == null ? 0 : usage.output();
    }

    /** As {@code GET /ai/requests} shows it. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object()
                .put("id", id)
                .put("time", began.truncatedTo(ChronoUnit.MILLIS).toString())
                .put("model", model)
                .put("provider", provider)
                .put("status", status)
                .put("ms", millis);
        json.putObject("tokens").put("input", inputTokens()).put("output", outputTokens());
        ArrayNode attempted = json.putArray("attempts");
        trail.forEach(entry -> attempted.add(printable(entry)));
        return json;
    }

    /** With a wildcard among a provider's models, the name that it is sent is a client's free text. */
    private static ObjectNode printable(TrailEntry entry) {
        return entry.toJson().put("model", Printable.of(entry.model()));
    }
}
