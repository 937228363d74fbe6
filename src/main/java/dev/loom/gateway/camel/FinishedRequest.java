package dev.loom.gateway.camel;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.routing.Attempt;
import dev.loom.gateway.routing.Plan;
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
record FinishedRequest(
        String id,
        Instant began,
        @Nullable String model,
        @Nullable String provider,
        int attempts,
        @Nullable Integer status,
        @Nullable Usage usage,
        long millis,
        List<TrailEntry> trail) {

    static FinishedRequest of(Call call) {
        ApiRequest request = call.requestIfRead();
        Plan plan = call.planIfMade();
        Attempt attempt = call.attemptIfAny();
        long millis = call.millis();
        return new FinishedRequest(
                call.id(),
                call.gateway().time().instant().minusMillis(millis),
                request == null ? null : AnswerHeaders.printable(request.model()),
                attempt == null ? null : attempt.candidate().provider(),
                plan == null ? 0 : plan.attempts(),
                call.hungUp() ? null : (Integer) call.status(),
                attempt == null ? null : attempt.usage(),
                millis,
                plan == null ? List.of() : plan.trail());
    }

    long inputTokens() {
        return usage == null ? 0 : usage.input();
    }

    long outputTokens() {
        return usage == null ? 0 : usage.output();
    }

    /** As {@code GET /ai/requests} shows it. */
    ObjectNode toJson() {
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
        return entry.toJson().put("model", AnswerHeaders.printable(entry.model()));
    }
}
