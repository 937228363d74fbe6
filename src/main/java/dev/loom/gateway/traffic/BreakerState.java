package dev.loom.gateway.traffic;

import dev.loom.gateway.config.FailoverConfig.Breaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;

/**
 * What a breaker knows at one moment, and the pure functions that lead to the next. Immutable. A function that changes
 * nothing returns its receiver.
 *
 * @param epoch grows with every transition and with every probe
 * @param since outcomes of earlier epochs say nothing about the present: they began before the breaker last opened
 * @param failures in a row
 * @param successes of probes in a row
 * @param probing a probe is out
 * @param deadline on the scale of {@link TimeSource#nanoTime()}: when open, the time of the first probe; when probing,
 *     the time at which the probe is given up for lost
 */
record BreakerState(State state, long epoch, long since, int failures, int successes, boolean probing, long deadline) {

    /** A probe that is out for longer is taken for lost: the longest attempt is 15 minutes by default. */
    static final Duration PROBE_LAPSE = Duration.ofMinutes(20);

    static BreakerState initial(State state) {
        return new BreakerState(state, 0, 0, 0, 0, false, 0);
    }

    /** Another state by an operator's hand; nothing that is under way counts any more. */
    BreakerState switchedTo(State next) {
        return new BreakerState(next, epoch + 1, epoch + 1, 0, 0, false, 0);
    }

    BreakerState opened(long until) {
        return new BreakerState(State.OPEN, epoch + 1, epoch + 1, failures, 0, false, until);
    }

    boolean admits(long now) {
        return switch (state) {
            case CLOSED, DISABLED, METRICS_ONLY -> true;
            case OPEN -> now - deadline >= 0;
            case HALF_OPEN -> !probing || now - deadline >= 0;
            case FORCED_OPEN -> false;
        };
    }

    /** The state after a permission; only where {@link #admits} says so. */
    BreakerState permitted(long now) {
        return switch (state) {
            case OPEN -> probe(epoch + 1, now);
            case HALF_OPEN -> probe(since, now);
            default -> this;
        };
    }

    private BreakerState probe(long since, long now) {
        return new BreakerState(
                State.HALF_OPEN, epoch + 1, since, failures, successes, true, now + PROBE_LAPSE.toNanos());
    }

    BreakerState succeeded(long of, Breaker settings) {
        if (of < since) {
            return this;
        }
        return switch (state) {
            case CLOSED, METRICS_ONLY -> failures == 0 ? this : counted(0, 0);
            case HALF_OPEN -> isProbe(of) ? probeSucceeded(settings) : this;
            default -> this;
        };
    }

    private boolean isProbe(long of) {
        return probing && of == epoch;
    }

    /** Once closed, an answer of this half-open time that breaks off after its commit still counts: since stays. */
    private BreakerState probeSucceeded(Breaker settings) {
        return successes + 1 < settings.successThreshold()
                ? counted(0, successes + 1)
                : new BreakerState(State.CLOSED, epoch + 1, since, 0, 0, false, 0);
    }

    BreakerState failed(long of, Breaker settings, long now) {
        if (of < since) {
            return this;
        }
        BreakerState next = counted(failures + 1, 0);
        return switch (state) {
            case CLOSED -> next.failures < settings.failureThreshold() ? next : next.opened(now, settings);
            case HALF_OPEN -> next.opened(now, settings);
            case METRICS_ONLY -> next;
            default -> this;
        };
    }

    BreakerState opened(long now, Breaker settings) {
        return opened(now + settings.timeout().toNanos());
    }

    BreakerState released(long of) {
        return isProbe(of) ? counted(failures, successes) : this;
    }

    /** The same state with other figures and no probe out. */
    private BreakerState counted(int failures, int successes) {
        return new BreakerState(state, epoch, since, failures, successes, false, deadline);
    }
}
