package dev.loom.gateway.camel.observe;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.camel.port.Printable;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.routing.TrailEntry;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is told of a request when it is over: nothing of what was asked or answered.
 *
 * @param began when it came in
 * @param model that the client asked for, printable; null where the request could not be read
 * @param provider that was called last; null where none was
 * @param surface what was wanted: {@code chat} or {@code embeddings}; null where the request could not be read
 * @param client the name of the client's key; null where no key is asked for
 * @param account whose request it is; null where {@code token_accounting} is off
 * @param stream whether the answer was to come as a stream
 * @param attempts upstream calls
 * @param status that the client got; null for a client that left
 * @param usage null where nothing is known of it
 * @param costUsd US dollars; null where no price is configured
 * @param firstTokenMillis from the last call to the answer's first content; null without an answer
 * @param trail the attempts and skips, the first first
 */
public record FinishedRequest(
        String id,
        Instant began,
        @Nullable String surface,
        @Nullable String client,
        @Nullable String account,
        @Nullable String model,
        boolean stream,
        @Nullable String provider,
        int attempts,
        @Nullable Integer status,
        @Nullable Usage usage,
        @Nullable Double costUsd,
        @Nullable Long firstTokenMillis,
        long millis,
        List<TrailEntry> trail) {

    long inputTokens() {
        return usage == null ? 0 : usage.input();
    }

    long outputTokens() {
        return usage == null ? 0 : usage.output();
    }

    public long cachedTokens() {
        return usage == null ? 0 : usage.cached();
    }

    /** As {@code GET /ai/requests} shows it. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object()
                .put("id", id)
                .put("time", began.truncatedTo(ChronoUnit.MILLIS).toString())
                .put("surface", surface)
                .put("client", client)
                .put("model", model)
                .put("stream", stream)
                .put("provider", provider)
                .put("status", status)
                .put("ms", millis);
        if (account != null) {
            json.put("account", account);
        }
        json.putObject("tokens")
                .put("input", inputTokens())
                .put("output", outputTokens())
                .put("cached", cachedTokens());
        json.put("cost_usd", costUsd).put("time_to_first_token_ms", firstTokenMillis);
        ArrayNode attempted = json.putArray("attempts");
        trail.forEach(entry -> attempted.add(printable(entry)));
        return json;
    }

    /**
     * As {@code direct:loom-on-finished} gets it.
     *
     * @param transcript what was answered; null without {@code logging.prompts}, and then the prompt is left out, too
     */
    public Map<String, Object> toMap(@Nullable ApiRequest asked, @Nullable String transcript) {
        ObjectNode json = toJson();
        if (transcript != null && asked instanceof ChatRequest chat) {
            json.set("prompt", chat.tree().path("messages"));
            json.put("answer", transcript);
        }
        return Json.MAPPER.convertValue(json, new TypeReference<>() {});
    }

    /** With a wildcard among a provider's models, the name that it is sent is a client's free text. */
    private static ObjectNode printable(TrailEntry entry) {
        return entry.toJson().put("model", Printable.of(entry.model()));
    }
}
