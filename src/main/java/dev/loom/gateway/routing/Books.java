package dev.loom.gateway.routing;

import dev.loom.gateway.config.TimeoutsConfig;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.traffic.CoolDown;
import dev.loom.gateway.traffic.Counters;
import dev.loom.gateway.traffic.ProviderTraffic;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes down what an attempt came to: in its provider's health, latency, cool-down and counters, and in the metrics. */
final class Books {

    private static final Set<Outcome> COOLS_DOWN = EnumSet.of(Outcome.RATE_LIMITED, Outcome.QUOTA, Outcome.CREDENTIAL);

    /** The provider did its work; the request was at fault. */
    private static final Set<Outcome> SAYS_NOTHING_BAD =
            EnumSet.of(Outcome.CALLER_FAULT, Outcome.CONTEXT_LENGTH, Outcome.UNSUPPORTED_HERE);

    private final Candidate candidate;
    private final RoutingObserver observer;
    private final boolean stream;

    Books(Candidate candidate, RoutingObserver observer, boolean stream) {
        this.candidate = candidate;
        this.observer = observer;
        this.stream = stream;
    }

    void committed(Duration elapsed) {
        traffic().health().answered(elapsed, null);
        if (stream) {
            traffic().recordFirstToken(elapsed);
            observer.firstToken(candidate, seconds(elapsed));
        }
    }

    void completed(Duration elapsed, @Nullable Usage usage) {
        if (!stream) {
            traffic().recordAnswer(elapsed, usage);
        }
        if (usage != null) {
            traffic().outputLengths().record(candidate.model(), usage.output());
        }
    }

    /** @param epoch of the breaker when it let the attempt through */
    void failed(Failure failure, long epoch, Duration elapsed) {
        if (failure.outcome() == Outcome.TRANSIENT) {
            traffic().breaker().failure(epoch);
            TimeoutsConfig timeouts = candidate.target().timeouts();
            traffic().recordFailure(stream, stream ? timeouts.firstToken() : timeouts.response());
        } else {
            traffic().breaker().release(epoch);
        }
        boolean blameless = SAYS_NOTHING_BAD.contains(failure.outcome());
        traffic().health().answered(elapsed, blameless ? null : failure.error().message());
        if (COOLS_DOWN.contains(failure.outcome())) {
            Duration length = CoolDown.lengthAfter(failure.outcome(), failure.retryAfter());
            traffic().coolDown().extend(length, failure.outcome());
        }
    }

    void released(@Nullable Usage usage) {
        traffic().counters().ended();
        if (usage != null) {
            traffic().counters().used(usage, candidate.price());
        }
    }

    void ended(Outcome outcome, @Nullable Usage usage, Duration elapsed) {
        Counters counters = traffic().counters();
        counters.ended();
        counters.outcome(outcome);
        counters.took(elapsed);
        if (usage != null) {
            counters.used(usage, candidate.price());
        }
        Double cost = usage == null ? null : candidate.costUsd(usage);
        observer.ended(candidate, outcome, usage, cost == null ? 0 : cost, seconds(elapsed));
    }

    private ProviderTraffic traffic() {
        return candidate.traffic();
    }

    private static double seconds(Duration elapsed) {
        return elapsed.toNanos() / 1e9;
    }
}
