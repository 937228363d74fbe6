package dev.loom.gateway.routing;

import dev.loom.gateway.config.FailoverConfig;
import dev.loom.gateway.config.RoutingConfig.Fallback;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.traffic.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request's way through its candidates: who is tried next, after what pause, and what the client is told when nobody
 * is left. It decides and remembers; the calls are made by whoever asks it for the {@link #next} step. Used by one
 * thread at a time.
 */
public final class Plan {

    /** Back-off before the order starts again: 250 ms, doubled each time, at most 4 s, with full jitter. */
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(250);

    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(4);

    private final PlanContext context;
    private final FailoverConfig failover;
    private final List<Candidate> order;
    private final @Nullable Candidate fallback;
    private final RoutingRequest request;
    private final long startNanos;

    private final List<TrailEntry> trail = new ArrayList<>();
    /** The last word on each provider: its last failure, or why it was skipped. */
    private final Map<String, TrailEntry> verdicts = new HashMap<>();

    private final Map<String, Long> notBeforeNanos = new HashMap<>();
    private final Set<String> modelsTooShort = new HashSet<>();
    private int position;
    private int attempts;
    private int rounds;
    private boolean triedInThisRound;
    private boolean triedLeastBad;
    private boolean triedFallback;
    private @Nullable Attempt current;
    private @Nullable FinalError relayed;

    Plan(PlanContext context, RoutingRequest request, List<Candidate> order, @Nullable Candidate fallback) {
        this.context = context;
        this.failover = context.routing().failover();
        this.request = request;
        this.order = order;
        this.fallback = fallback;
        this.startNanos = context.time().nanoTime();
    }

    /** The candidates as the strategy ordered them. */
    public List<Candidate> order() {
        return order;
    }

    public RoutingRequest request() {
        return request;
    }

    /** Everything that happened so far. */
    public List<TrailEntry> trail() {
        return List.copyOf(trail);
    }

    /** Upstream calls made so far. */
    public int attempts() {
        return attempts;
    }

    /** What is left of {@code failover.deadline}; not negative. */
    public Duration remaining() {
        Duration left = failover.deadline().minus(elapsed());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** The next step. An attempt that was handed out before and never reached its provider is a skip by now. */
    public Step next() {
        abandonCurrent();
        if (relayed != null) {
            return new Step.GiveUp(relayed);
        }
        if (remaining().isZero()) {
            return new Step.GiveUp(errors().deadlinePassed());
        }
        return attempts < allowedAttempts() ? nextCandidate() : lastResort();
    }

    /** Ends the plan: whatever was taken for an attempt that will not be made goes back. */
    public void close() {
        abandonCurrent();
    }

    private int allowedAttempts() {
        return failover.enabled() ? 1 + failover.maxRetries() : 1;
    }

    private Step nextCandidate() {
        while (position < order.size()) {
            Attempt attempt = tryCandidate(order.get(position++));
            if (attempt != null) {
                triedInThisRound = true;
                return attempt;
            }
        }
        return triedInThisRound ? nextRound() : nobodyUsable();
    }

    private @Nullable Attempt tryCandidate(Candidate candidate) {
        if (isHopeless(candidate) || mustWait(candidate)) {
            return null;
        }
        SkipReason reason = context.skipReason(candidate.traffic());
        return reason != null ? skip(candidate, reason) : start(candidate);
    }

    /** It has failed in a way that no repetition mends. */
    private boolean isHopeless(Candidate candidate) {
        TrailEntry verdict = verdicts.get(candidate.provider());
        return modelsTooShort.contains(candidate.model())
                || (verdict != null
                        && (verdict.outcome() == Outcome.MODEL_GONE || verdict.skipped() == SkipReason.UNSUPPORTED));
    }

    private boolean mustWait(Candidate candidate) {
        Long notBefore = notBeforeNanos.get(candidate.provider());
        return notBefore != null && notBefore - context.time().nanoTime() > 0;
    }

    private @Nullable Attempt start(Candidate candidate) {
        Limits.Decision decision = candidate.traffic().limits().reserve(tokens(candidate));
        if (decision instanceof Limits.Refusal refusal) {
            context.observer().limited(candidate.provider(), refusal.limit());
            return skip(candidate, SkipReason.RATE_LIMIT);
        }
        current = new Attempt(this, context, candidate, (Limits.Reservation) decision, request.stream());
        return current;
    }

    /** What an attempt is expected to cost of the provider's tokens. */
    private long tokens(Candidate candidate) {
        return request.inputTokens()
                + candidate.traffic().outputLengths().expected(candidate.model(), request.maxTokens());
    }

    private @Nullable Attempt skip(Candidate candidate, SkipReason reason) {
        note(TrailEntry.skip(candidate, reason));
        return null;
    }

    /** Everyone has had a turn: once more from the start after a pause, unless only the impossible is left. */
    private Step nextRound() {
        long now = context.time().nanoTime();
        long wait = Long.MAX_VALUE;
        for (Candidate candidate : order) {
            if (mayRecoverSoon(candidate)) {
                wait = Math.min(wait, notBeforeNanos.getOrDefault(candidate.provider(), now) - now);
            }
        }
        if (wait == Long.MAX_VALUE) {
            return lastResort();
        }
        Duration pause = Duration.ofNanos(Math.max(wait, backOff().toNanos()));
        if (pause.compareTo(remaining()) >= 0) {
            return lastResort();
        }
        rounds++;
        position = 0;
        triedInThisRound = false;
        return new Step.Pause(pause);
    }

    /** Only what failed in passing is worth another round: who cools down, is drained or is gone is not waited for. */
    private boolean mayRecoverSoon(Candidate candidate) {
        TrailEntry verdict = verdicts.get(candidate.provider());
        SkipReason reason = context.skipReason(candidate.traffic());
        return verdict != null && verdict.skipped() == null && verdict.outcome() == Outcome.TRANSIENT && reason == null;
    }

    private Duration backOff() {
        long bound = Math.min(FIRST_BACK_OFF.toNanos() << Math.min(rounds, 10), LONGEST_BACK_OFF.toNanos());
        return Duration.ofNanos((long) (request.random().nextDouble() * bound));
    }

    /** Every candidate was skipped. Answering 503 blindly helps nobody, so the soonest to recover is tried once. */
    private Step nobodyUsable() {
        boolean blind = rounds == 0
                && !triedLeastBad
                && !order.isEmpty()
                && verdicts.values().stream()
                        .noneMatch(entry ->
                                entry.skipped() == null || entry.skipped().forbidsTrying());
        if (!blind) {
            return lastResort();
        }
        triedLeastBad = true;
        Candidate leastBad = order.stream()
                .min(Comparator.comparing(c -> c.traffic().breaker().retryIn()))
                .orElseThrow();
        leastBad.traffic().breaker().transitionToHalfOpenState();
        Attempt attempt = start(leastBad);
        return attempt != null ? attempt : lastResort();
    }

    private boolean onlyRateLimits() {
        return verdicts.values().stream().allMatch(entry -> entry.outcome() == Outcome.RATE_LIMITED);
    }

    private Step lastResort() {
        Fallback settings = context.routing().fallback();
        if (fallback != null && settings != null && failover.enabled() && mayFallBack(settings)) {
            triedFallback = true;
            SkipReason reason = context.skipReason(fallback.traffic());
            Attempt attempt = reason != null ? skip(fallback, reason) : start(fallback);
            if (attempt != null) {
                return attempt;
            }
        }
        return new Step.GiveUp(errors().allFailed(List.copyOf(verdicts.values())));
    }

    private boolean mayFallBack(Fallback settings) {
        TrailEntry verdict = verdicts.get(settings.provider());
        boolean calledBefore = verdict != null && verdict.skipped() == null;
        boolean wanted = onlyRateLimits() ? settings.onRateLimit() : settings.onError();
        return !triedFallback && !calledBefore && wanted && !remaining().isZero();
    }

    private void abandonCurrent() {
        if (current != null && current.abandon()) {
            note(TrailEntry.skip(current.candidate(), SkipReason.CIRCUIT_OPEN));
        }
        current = null;
    }

    private void note(TrailEntry entry) {
        trail.add(entry);
        verdicts.put(entry.provider(), entry);
    }

    /** When a provider can honestly be expected back: the longest of what keeps it away. */
    private Duration recovery(Candidate candidate) {
        long notBefore = notBeforeNanos.getOrDefault(candidate.provider(), 0L);
        Duration asked = notBefore == 0
                ? Duration.ZERO
                : Duration.ofNanos(notBefore - context.time().nanoTime());
        return context.recovery(candidate.traffic(), tokens(candidate), asked);
    }

    private Duration elapsed() {
        return Duration.ofNanos(context.time().nanoTime() - startNanos);
    }

    private FinalErrors errors() {
        return new FinalErrors(this::recovery, order, trail());
    }

    // ---- what an attempt reports ----

    void called(Candidate candidate) {
        attempts++;
        for (int i = trail.size() - 1; i >= 0; i--) {
            TrailEntry from = trail.get(i);
            if (from.skipped() != SkipReason.DRAINED) {
                context.observer().failedOver(from.provider(), candidate.provider(), from.failoverReason());
            }
            if (from.skipped() == null) {
                return;
            }
        }
    }

    /** The provider's dialect cannot say what the client asks for; another one may. */
    void unsupported(Candidate candidate, ApiError error) {
        Failure failure = new Failure(Outcome.CALLER_FAULT, 400, error, null, null, false);
        note(new TrailEntry(candidate.provider(), candidate.model(), failure, SkipReason.UNSUPPORTED, 0));
    }

    void succeeded(Candidate candidate, long millis) {
        note(new TrailEntry(candidate.provider(), candidate.model(), null, null, millis));
    }

    /** @return true if the request may go on to the next candidate, false if the client gets this failure */
    boolean failed(Candidate candidate, Failure failure, long millis) {
        note(new TrailEntry(candidate.provider(), candidate.model(), failure, null, millis));
        if (failure.retryAfter() != null) {
            notBeforeNanos.put(
                    candidate.provider(),
                    context.time().nanoTime() + failure.retryAfter().toNanos());
        }
        if (failure.outcome() == Outcome.CONTEXT_LENGTH) {
            modelsTooShort.add(candidate.model());
        }
        if (!mayFailOver(failure)) {
            relayed = errors().relayed(failure);
        }
        return relayed == null;
    }

    private boolean mayFailOver(Failure failure) {
        return switch (failure.outcome()) {
            case QUOTA, CREDENTIAL, MODEL_GONE -> true;
            case TRANSIENT, RATE_LIMITED ->
                failure.status() == 0 || failover.retryCodes().contains(failure.status());
            case CONTEXT_LENGTH -> order.stream().anyMatch(c -> !modelsTooShort.contains(c.model()));
            default -> false;
        };
    }
}
