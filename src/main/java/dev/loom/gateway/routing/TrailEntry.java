package dev.loom.gateway.routing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One line of the story of a request: a provider that was called, or one that was skipped.
 *
 * @param failure null for a skip and for a success
 * @param skipped null for an attempt
 * @param millis that the attempt took
 * @param rest how long the provider will be skipped; zero for an attempt, and where nobody knows
 */
public record TrailEntry(
        String provider,
        String model,
        @Nullable Failure failure,
        @Nullable SkipReason skipped,
        long millis,
        Duration rest) {

    /** Providers answer with this and, were they to choose another 2xx, mean the same. */
    private static final Integer SUCCESS = 200;

    /** An attempt, or what stands in the place of one, that says nothing about the time to come. */
    public TrailEntry(
            String provider, String model, @Nullable Failure failure, @Nullable SkipReason skipped, long millis) {
        this(provider, model, failure, skipped, millis, Duration.ZERO);
    }

    static TrailEntry skip(Candidate candidate, SkipReason reason, Duration rest) {
        return new TrailEntry(candidate.provider(), candidate.model(), null, reason, 0, rest);
    }

    /** What became of it; success for an attempt without a failure. */
    public Outcome outcome() {
        if (skipped != null) {
            return skipped.counterpart();
        }
        return failure == null ? Outcome.SUCCESS : failure.outcome();
    }

    /** The value of the label {@code reason} of {@code loom_ai_failovers_total}. */
    public String failoverReason() {
        if (skipped != null) {
            return skipped.failoverReason();
        }
        return switch (outcome()) {
            case RATE_LIMITED -> "rate_limit";
            case QUOTA -> "quota";
            case CREDENTIAL -> "credential";
            case MODEL_GONE, CONTEXT_LENGTH -> "model";
            default -> failure != null && failure.timeout() ? "timeout" : "error";
        };
    }

    /** The provider's HTTP status; null where it sent none. */
    private @Nullable Integer status() {
        if (failure == null) {
            return SUCCESS;
        }
        return failure.status() == 0 ? null : (Integer) failure.status();
    }

    /** As it stands in {@code error.attempts[]}: never a key, a URL or a stack trace. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object().put("provider", provider).put("model", model);
        if (skipped != null) {
            json.put("skipped", skipped.label());
            return rest.isZero() ? json : json.put("retry_in_ms", rest.toMillis());
        }
        json.put("class", outcome().label());
        json.put("status", status());
        json.put("ms", millis);
        return json.put("request_id", failure == null ? null : failure.requestId());
    }
}
