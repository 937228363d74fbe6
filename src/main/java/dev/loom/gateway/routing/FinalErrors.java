package dev.loom.gateway.routing;

import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.traffic.InWords;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts into words that nobody answered, and why. */
final class FinalErrors {

    private static final Duration SHORTEST_RETRY_AFTER = Duration.ofSeconds(1);

    /** Characters of a provider's message; three of them are still read. */
    private static final int LONGEST_WORDS = 200;

    private static final Set<Outcome> THE_REQUEST = EnumSet.of(Outcome.CALLER_FAULT, Outcome.UNSUPPORTED_HERE);
    private static final Set<Outcome> OUR_ACCOUNT = EnumSet.of(Outcome.CREDENTIAL, Outcome.QUOTA);

    /**
     * What a provider, or a proxy before it, asks of the gateway's own connection. To the client's they would mean something
     * else, and they need headers that the client has no use for.
     */
    private static final Set<Integer> OF_THE_CONNECTION = Set.of(407, 421, 426);

    private final Supplier<Optional<Duration>> recovery;
    private final List<TrailEntry> trail;

    /** @param recovery the soonest time at which any provider may serve the request, empty where nobody knows */
    FinalErrors(Supplier<Optional<Duration>> recovery, List<TrailEntry> trail) {
        this.recovery = recovery;
        this.trail = trail;
    }

    /** The provider's own error, as it gave it. */
    FinalError relayed(Failure failure) {
        TrailEntry attempt = trail.stream()
                .filter(entry -> failure.equals(entry.failure()) && entry.skipped() == null)
                .findFirst()
                .orElse(null);
        if (OF_THE_CONNECTION.contains(failure.status())) {
            ApiError said =
                    ApiError.server(failure.error().message(), failure.error().code());
            return new FinalError(502, said, failure.retryAfter(), trail, attempt);
        }
        int status = failure.status() >= 400 ? failure.status() : 400;
        return new FinalError(status, failure.error(), failure.retryAfter(), trail, attempt);
    }

    FinalError deadlinePassed() {
        return new FinalError(
                504,
                ApiError.server("No provider answered before the deadline. " + story(), "deadline_exceeded"),
                null,
                trail);
    }

    /** @param verdicts the last word on each provider whose word counts */
    FinalError allFailed(List<TrailEntry> verdicts) {
        Optional<Failure> tooLong = verdicts.stream()
                .filter(verdict -> verdict.outcome() == Outcome.CONTEXT_LENGTH)
                .map(TrailEntry::failure)
                .filter(Objects::nonNull)
                .findFirst();
        return tooLong.isPresent() ? relayed(tooLong.get()) : nobody(verdicts);
    }

    private FinalError nobody(List<TrailEntry> verdicts) {
        Set<Outcome> outcomes = verdicts.stream().map(TrailEntry::outcome).collect(Collectors.toSet());
        if (!outcomes.isEmpty() && THE_REQUEST.containsAll(outcomes)) {
            return relayed(Objects.requireNonNull(verdicts.get(0).failure()));
        }
        if (outcomes.equals(Set.of(Outcome.RATE_LIMITED))) {
            return rateLimited();
        }
        if (outcomes.equals(Set.of(Outcome.MODEL_GONE))) {
            return modelGone();
        }
        return !outcomes.isEmpty() && OUR_ACCOUNT.containsAll(outcomes) ? accountsExhausted() : unavailable();
    }

    private FinalError rateLimited() {
        String message = "Every provider of this model is rate limited. " + story();
        return new FinalError(
                429, new ApiError(message, "rate_limit_error", null, "rate_limit_exceeded"), retryAfter(), trail);
    }

    private FinalError modelGone() {
        String message = "No provider knows this model any more. " + story();
        return new FinalError(404, ApiError.invalidRequest(message, "model", "model_not_found"), null, trail);
    }

    private FinalError accountsExhausted() {
        String message = "The gateway's accounts at every provider of this model are refused or used up. " + story();
        return new FinalError(502, ApiError.server(message, "provider_accounts_exhausted"), null, trail);
    }

    private FinalError unavailable() {
        String message = "No provider could answer. " + story();
        return new FinalError(503, ApiError.server(message, "no_provider_available"), retryAfter(), trail);
    }

    private @Nullable Duration retryAfter() {
        return recovery.get()
                .map(soonest -> soonest.compareTo(SHORTEST_RETRY_AFTER) > 0 ? soonest : SHORTEST_RETRY_AFTER)
                .orElse(null);
    }

    /** Each provider and reason once, where it came first, with its number; the length of a rest is the last that was known. */
    private String story() {
        Map<String, List<TrailEntry>> alike = trail.stream()
                .collect(Collectors.groupingBy(FinalErrors::reason, LinkedHashMap::new, Collectors.toList()));
        return alike.values().stream()
                .map(FinalErrors::told)
                .collect(Collectors.joining(", ", "Tried in order: ", "."));
    }

    private static String reason(TrailEntry entry) {
        SkipReason skipped = entry.skipped();
        return entry.provider() + ": " + (skipped != null ? skipped.label() : fate(entry));
    }

    private static String told(List<TrailEntry> alike) {
        TrailEntry last = alike.get(alike.size() - 1);
        String times = alike.size() == 1 ? "" : alike.size() + " times ";
        return last.provider() + ": " + times + fate(last);
    }

    private static String fate(TrailEntry entry) {
        SkipReason skipped = entry.skipped();
        return skipped != null
                ? "skipped (" + skipped.label() + rest(entry.rest()) + ")"
                : entry.outcome().label() + words(entry.failure());
    }

    private static String rest(Duration rest) {
        return rest.isZero() ? "" : ", for another " + InWords.of(rest);
    }

    /** What the provider said, on one line. */
    private static String words(@Nullable Failure failure) {
        String said = failure == null ? "" : failure.error().message().strip().replaceAll("\\s+", " ");
        String shown = said.length() <= LONGEST_WORDS ? said : said.substring(0, LONGEST_WORDS) + "...";
        return shown.isEmpty() ? "" : " (" + shown + ")";
    }
}
