package dev.loom.gateway.routing;

import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.traffic.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One request's way through its candidates: who is tried next, after what pause, and what the client is told when nobody
 * is left. It decides and remembers; the calls are made by whoever asks it for the {@link #next} step. Used by one
 * thread at a time. Long, because every rule of failover is one of its short methods.
 */
public final class Plan {

    private final PlanContext context;
    private final FailoverRules rules;
    private final List<Candidate> order;
    private final @Nullable Candidate fallback;
    private final RoutingRequest request;
    private final long startNanos;

    private final Story story = new Story();
    private final BackOff backOff;
    private final RetryAfters retryAfters;

    private int position;
    private int attempts;
    private boolean triedLeastBad;
    private boolean triedFallback;
    private @Nullable Attempt current;
    private @Nullable Attempt repetition;
    private @Nullable FinalError relayed;
    private List<Spending> spendings = List.of();

    Plan(PlanContext context, RoutingRequest request, List<Candidate> order, @Nullable Candidate fallback) {
        this.context = context;
        this.rules = FailoverRules.of(context.routing());
        this.request = request;
        this.order = order;
        this.fallback = fallback;
        this.startNanos = context.time().nanoTime();
        this.backOff = new BackOff(request.random());
        this.retryAfters = new RetryAfters(context.time());
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
        return story.trail();
    }

    /** What the calls have cost so far; failed ones that used tokens are among them. */
    public List<Spending> spendings() {
        return spendings;
    }

    void spent(Candidate candidate, Usage usage) {
        Spending spending = new Spending(candidate.provider(), candidate.model(), usage, candidate.price());
        if (spendings.isEmpty()) {
            spendings = List.of(spending); // as nearly always
        } else {
            spendings = new ArrayList<>(spendings);
            spendings.add(spending);
        }
    }

    /** Upstream calls made so far. */
    public int attempts() {
        return attempts;
    }

    /** What is left of {@code failover.deadline}; not negative. */
    public Duration remaining() {
        Duration left = rules.failover().deadline().minusNanos(context.time().nanoTime() - startNanos);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** The next step. An attempt that was handed out before and never reached its provider is a skip by now. */
    public Step next() {
        Attempt again = repetition;
        if (again != null) {
            repetition = null;
            return again;
        }
        abandonCurrent();
        if (relayed != null) {
            return new Step.GiveUp(relayed);
        }
        if (remaining().isZero()) {
            return new Step.GiveUp(errors().deadlinePassed());
        }
        return attempts < rules.attempts() && !triedFallback ? nextCandidate() : lastResort();
    }

    /** Ends the plan: whatever was taken for an attempt that was not brought to an end goes back. */
    public void close() {
        abandonCurrent();
    }

    private void abandonCurrent() {
        if (current != null && current.abandon()) {
            skipped(current.candidate(), SkipReason.CIRCUIT_OPEN);
        }
        current = null;
    }

    private Step nextCandidate() {
        while (position < order.size()) {
            Attempt attempt = tryCandidate(order.get(position++));
            if (attempt != null) {
                return attempt;
            }
        }
        Attempt spared = spared();
        if (spared != null) {
            return spared;
        }
        return attempts == 0 ? leastBad() : nextRound();
    }

    private @Nullable Attempt tryCandidate(Candidate candidate) {
        if (story.isHopeless(candidate) || !retryAfters.remaining(candidate).isZero()) {
            return null;
        }
        SkipReason reason = context.skipReason(candidate.traffic());
        if (reason != null) {
            skipped(candidate, reason);
            return null;
        }
        return start(candidate);
    }

    private void skipped(Candidate candidate, SkipReason reason) {
        story.skipped(candidate, reason, context.rest(reason, candidate.traffic(), candidate.tokens(request)));
    }

    /** Whoever was passed over to save what is left of its limits is better than nobody. */
    private @Nullable Attempt spared() {
        return order.stream()
                .filter(story::isSpared)
                .findFirst()
                .map(this::start)
                .orElse(null);
    }

    private @Nullable Attempt start(Candidate candidate) {
        Limits.Decision decision = context.reserve(candidate.traffic(), candidate.tokens(request));
        if (decision instanceof Limits.Refusal refusal) {
            context.observer().limited(candidate.provider(), refusal.limit());
            skipped(candidate, SkipReason.of(refusal));
            return null;
        }
        current = new Attempt(this, context, candidate, (Limits.Reservation) decision, request.stream());
        return current;
    }

    /** Everyone was skipped. A blind 503 helps nobody, so the soonest to recover is tried once. */
    private Step leastBad() {
        if (triedLeastBad || !story.onlyIllness()) {
            return lastResort();
        }
        triedLeastBad = true;
        Optional<Candidate> soonest = order.stream()
                .filter(candidate -> story.isIll(candidate) && context.mayProbe(candidate.traffic()))
                .min(Comparator.comparing(recovery()::of));
        soonest.ifPresent(candidate -> context.letProbe(candidate.traffic()));
        Attempt attempt = soonest.map(this::start).orElse(null);
        return attempt != null ? attempt : lastResort();
    }

    /** Everyone has had a turn: once more from the start, for who failed in passing; cool-downs are not waited for. */
    private Step nextRound() {
        Optional<Duration> wait = order.stream()
                .filter(candidate ->
                        story.failedInPassing(candidate) && context.skipReason(candidate.traffic()) == null)
                .map(retryAfters::remaining)
                .min(Comparator.naturalOrder());
        if (wait.isEmpty()) {
            return lastResort();
        }
        Duration pause = Recovery.longer(wait.get(), backOff.next());
        if (pause.compareTo(remaining()) >= 0) {
            return lastResort();
        }
        position = 0;
        return new Step.Pause(pause);
    }

    private Step lastResort() {
        Attempt attempt = null;
        if (fallback != null && mayFallBack(fallback)) {
            triedFallback = true;
            attempt = tryCandidate(fallback);
        }
        return attempt != null ? attempt : new Step.GiveUp(errors().allFailed(story.witnesses()));
    }

    private boolean mayFallBack(Candidate candidate) {
        return !triedFallback && !story.wasCalled(candidate) && rules.wantsFallback(story.onlyRateLimits());
    }

    private FinalErrors errors() {
        return new FinalErrors(() -> recovery().soonest(order, mayComeLast()), trail());
    }

    private Recovery recovery() {
        return new Recovery(context, request, story, retryAfters);
    }

    private @Nullable Candidate mayComeLast() {
        return fallback != null && rules.wantsFallback(story.onlyRateLimits()) ? fallback : null;
    }

    // ---- what an attempt reports ----

    /** The provider of the current attempt is to be asked once more. */
    void repeat(Attempt again) {
        current = again;
        repetition = again;
    }

    void called(Candidate candidate) {
        attempts++;
        story.called(candidate);
        story.reportFailover(candidate, context.observer());
    }

    /** The provider's dialect cannot say what the client asks for; another one may. */
    void unsupported(Candidate candidate, ApiError error) {
        story.unsupported(candidate, new Failure(Outcome.CALLER_FAULT, 400, error, null, null, false));
    }

    void succeeded(Candidate candidate, long millis) {
        story.succeeded(candidate, millis);
    }

    /** The answer that had begun has no end; nobody else can be asked for it. */
    void broke(Candidate candidate, Failure failure) {
        story.broke(candidate, failure);
    }

    /** @return true if the request may go on to the next candidate, false if the client gets this failure */
    boolean failed(Candidate candidate, Failure failure, long millis) {
        story.failed(candidate, failure, millis);
        if (failure.retryAfter() != null) {
            retryAfters.asked(candidate, failure.retryAfter());
        }
        if (!rules.mayFailOver(failure, this::anotherIsLeft)) {
            relayed = errors().relayed(failure);
        }
        return relayed == null;
    }

    private boolean anotherIsLeft() {
        Stream<Candidate> lastOne =
                fallback != null && rules.wantsFallback(false) ? Stream.of(fallback) : Stream.empty();
        return Stream.concat(order.stream(), lastOne).anyMatch(candidate -> !story.isHopeless(candidate));
    }
}
