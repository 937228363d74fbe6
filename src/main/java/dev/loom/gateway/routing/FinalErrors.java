package dev.loom.gateway.routing;

import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Outcome;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Puts into words that nobody answered, and why. */
final class FinalErrors {

    private static final Duration SHORTEST_RETRY_AFTER = Duration.ofSeconds(1);
    private static final Set<Outcome> OUR_ACCOUNT = EnumSet.of(Outcome.CREDENTIAL, Outcome.QUOTA);

    private final Function<Candidate, Duration> recovery;
    private final List<Candidate> candidates;
    private final List<TrailEntry> trail;

    FinalErrors(Function<Candidate, Duration> recovery, List<Candidate> candidates, List<TrailEntry> trail) {
        this.recovery = recovery;
        this.candidates = candidates;
        this.trail = trail;
    }

    /** The provider's own error, as it gave it. */
    FinalError relayed(Failure failure) {
        int status = failure.status() >= 400 ? failure.status() : 400;
        return new FinalError(status, failure.error(), failure.retryAfter(), trail);
    }

    FinalError deadlinePassed() {
        return new FinalError(
                504,
                ApiError.server("No provider answered before the deadline. " + story(), "deadline_exceeded"),
                null,
                trail);
    }

    /** @param verdicts the last word on each provider that had a turn */
    FinalError allFailed(List<TrailEntry> verdicts) {
        for (TrailEntry verdict : verdicts) {
            if (verdict.outcome() == Outcome.CONTEXT_LENGTH && verdict.failure() != null) {
                return relayed(verdict.failure());
            }
        }
        Set<Outcome> outcomes = verdicts.stream().map(TrailEntry::outcome).collect(Collectors.toSet());
        if (outcomes.equals(Set.of(Outcome.CALLER_FAULT))) {
            return unsupported(verdicts);
        }
        if (outcomes.equals(Set.of(Outcome.RATE_LIMITED))) {
            ApiError error = new ApiError(
                    "Every provider of this model is rate limited. " + story(),
                    "rate_limit_error",
                    null,
                    "rate_limit_exceeded");
            return new FinalError(429, error, soonest(), trail);
        }
        if (outcomes.equals(Set.of(Outcome.MODEL_GONE))) {
            ApiError error = ApiError.invalidRequest(
                    "No provider knows this model any more. " + story(), "model", "model_not_found");
            return new FinalError(404, error, null, trail);
        }
        if (!outcomes.isEmpty() && OUR_ACCOUNT.containsAll(outcomes)) {
            ApiError error = ApiError.server(
                    "The gateway's accounts at every provider of this model are refused or used up. " + story(),
                    "provider_accounts_exhausted");
            return new FinalError(502, error, null, trail);
        }
        ApiError error = ApiError.server("No provider could answer. " + story(), "no_provider_available");
        return new FinalError(503, error, soonest(), trail);
    }

    private FinalError unsupported(List<TrailEntry> verdicts) {
        return verdicts.stream()
                .map(TrailEntry::failure)
                .filter(Objects::nonNull)
                .findFirst()
                .map(this::relayed)
                .orElseThrow();
    }

    private Duration soonest() {
        return candidates.stream()
                .map(recovery)
                .min(Duration::compareTo)
                .filter(duration -> duration.compareTo(SHORTEST_RETRY_AFTER) > 0)
                .orElse(SHORTEST_RETRY_AFTER);
    }

    private String story() {
        return trail.stream()
                .map(entry -> entry.provider() + ": "
                        + (entry.skipped() != null
                                ? "skipped (" + entry.skipped().label() + ")"
                                : entry.outcome().label()))
                .collect(Collectors.joining(", ", "Tried in order: ", "."));
    }
}
