package dev.loom.gateway.routing;

import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What has become of one request so far: every step of it, and the last word on each provider. */
final class Story {

    private final List<TrailEntry> trail = new ArrayList<>();
    private final Map<String, TrailEntry> verdicts = new LinkedHashMap<>();
    private final Set<String> called = new HashSet<>();
    private final Set<String> modelsTooShort = new HashSet<>();

    /** Kinds of API and models that do not take the request as it is. */
    private final Set<String> refusing = new HashSet<>();

    List<TrailEntry> trail() {
        return List.copyOf(trail);
    }

    /** Each provider's last failure, or why it was skipped last, in the order of their first turns. */
    List<TrailEntry> verdicts() {
        return List.copyOf(verdicts.values());
    }

    void called(Candidate candidate) {
        called.add(candidate.provider());
    }

    boolean wasCalled(Candidate candidate) {
        return called.contains(candidate.provider());
    }

    /** @param rest how long it will be skipped; zero where nobody knows */
    void skipped(Candidate candidate, SkipReason reason, Duration rest) {
        note(TrailEntry.skip(candidate, reason, rest));
    }

    void succeeded(Candidate candidate, long millis) {
        note(new TrailEntry(candidate.provider(), candidate.model(), null, null, millis));
    }

    /** What was taken for a success a moment ago, when its answer began, was none. */
    void broke(Candidate candidate, Failure failure) {
        TrailEntry begun = trail.remove(trail.size() - 1);
        note(new TrailEntry(candidate.provider(), candidate.model(), failure, null, begun.millis()));
    }

    void failed(Candidate candidate, Failure failure, long millis) {
        note(new TrailEntry(candidate.provider(), candidate.model(), failure, null, millis));
        if (failure.outcome() == Outcome.CONTEXT_LENGTH) {
            modelsTooShort.add(candidate.model());
        }
        if (failure.outcome() == Outcome.UNSUPPORTED_HERE && !isOfAccount(failure)) {
            refusing.add(kindAndModel(candidate));
        }
    }

    /** What one account may not use, cannot pay, or has no room for, another one of the same kind may. */
    private static boolean isOfAccount(Failure failure) {
        return failure.status() != 0 && failure.status() != 400 && failure.status() != 422;
    }

    private static String kindAndModel(Candidate candidate) {
        return candidate.target().kind() + ' ' + candidate.model();
    }

    void unsupported(Candidate candidate, Failure failure) {
        note(new TrailEntry(candidate.provider(), candidate.model(), failure, SkipReason.UNSUPPORTED, 0));
    }

    private void note(TrailEntry entry) {
        trail.add(entry);
        verdicts.put(entry.provider(), entry);
    }

    private @Nullable TrailEntry verdict(Candidate candidate) {
        return verdicts.get(candidate.provider());
    }

    /** It cannot serve this request, however often it is asked. */
    boolean isHopeless(Candidate candidate) {
        TrailEntry verdict = verdict(candidate);
        return modelsTooShort.contains(candidate.model())
                || (!refusing.isEmpty() && refusing.contains(kindAndModel(candidate)))
                || (verdict != null
                        && (verdict.outcome() == Outcome.MODEL_GONE
                                || verdict.outcome() == Outcome.UNSUPPORTED_HERE
                                || verdict.skipped() == SkipReason.UNSUPPORTED));
    }

    /** It was called last time, and failed in a way that may be over soon. */
    boolean failedInPassing(Candidate candidate) {
        TrailEntry verdict = verdict(candidate);
        return verdict != null
                && verdict.skipped() == null
                && (verdict.outcome() == Outcome.TRANSIENT || mayComeBackAtOnce(verdict.failure()))
                && !isHopeless(candidate);
    }

    private static boolean mayComeBackAtOnce(@Nullable Failure failure) {
        return failure != null
                && failure.outcome() == Outcome.RATE_LIMITED
                && Duration.ZERO.equals(failure.retryAfter());
    }

    /** It was skipped because it does not seem to work. */
    boolean isIll(Candidate candidate) {
        TrailEntry verdict = verdict(candidate);
        return verdict != null && verdict.skipped() != null && verdict.skipped().isIllness();
    }

    /** It was passed over only to save what is left of its limits. */
    boolean isSpared(Candidate candidate) {
        TrailEntry verdict = verdict(candidate);
        return verdict != null && verdict.skipped() == SkipReason.SPARED;
    }

    /** Nobody was called, and nobody was spared for a reason that forbids trying: limits, a cool-down, a drain. */
    boolean onlyIllness() {
        return verdicts.values().stream()
                .map(TrailEntry::skipped)
                .allMatch(reason -> reason != null && (reason.isIllness() || reason == SkipReason.UNSUPPORTED));
    }

    boolean onlyRateLimits() {
        Collection<TrailEntry> witnesses = witnesses();
        return !witnesses.isEmpty() && witnesses.stream().allMatch(entry -> entry.outcome() == Outcome.RATE_LIMITED);
    }

    /** The last words that count: who is drained or does not take the request says nothing, unless all are such. */
    List<TrailEntry> witnesses() {
        Predicate<TrailEntry> silent = entry -> entry.skipped() == SkipReason.DRAINED
                || entry.skipped() == SkipReason.UNSUPPORTED
                || entry.outcome() == Outcome.UNSUPPORTED_HERE;
        List<TrailEntry> witnesses =
                verdicts.values().stream().filter(silent.negate()).toList();
        return witnesses.isEmpty() ? verdicts() : witnesses;
    }

    /** {@code to} is called now: everyone since the last call, and that call's provider, has been failed over from. */
    void reportFailover(Candidate to, RoutingObserver observer) {
        for (int i = trail.size() - 1; i >= 0; i--) {
            TrailEntry from = trail.get(i);
            if (from.skipped() != SkipReason.DRAINED && !from.provider().equals(to.provider())) {
                observer.failedOver(from.provider(), to.provider(), from.failoverReason());
            }
            if (from.skipped() == null) {
                return;
            }
        }
    }
}
