package dev.loom.gateway.routing;

import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.traffic.Limits;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a candidate was not called. */
public enum SkipReason {
    DRAINED(Outcome.TRANSIENT, "unhealthy"),
    UNHEALTHY(Outcome.TRANSIENT, "unhealthy"),
    CIRCUIT_OPEN(Outcome.TRANSIENT, "circuit_open"),
    /** Its own limits are used up, or it is resting after a 429. */
    RATE_LIMIT(Outcome.RATE_LIMITED, "rate_limit"),
    /** Its own headers say that little is left of its limits: it is tried after all others. */
    SPARED(Outcome.RATE_LIMITED, "rate_limit"),
    /** Its account was found empty a while ago. */
    QUOTA(Outcome.QUOTA, "quota"),
    /** Its key was refused a while ago. */
    CREDENTIAL(Outcome.CREDENTIAL, "credential"),
    /** What all instances share is away, so that nobody knows whether its limits have room. */
    STATE_UNAVAILABLE(Outcome.TRANSIENT, "error"),
    /** It has no word for something in the request. */
    UNSUPPORTED(Outcome.CALLER_FAULT, "error");

    private final Outcome counterpart;
    private final String failoverReason;

    SkipReason(Outcome counterpart, String failoverReason) {
        this.counterpart = counterpart;
        this.failoverReason = failoverReason;
    }

    static SkipReason of(@Nullable Outcome coolDownReason) {
        if (coolDownReason == Outcome.QUOTA) {
            return QUOTA;
        }
        return coolDownReason == Outcome.CREDENTIAL ? CREDENTIAL : RATE_LIMIT;
    }

    static SkipReason of(Limits.Refusal refusal) {
        return refusal.limit().equals(Limits.SHARED_STATE) ? STATE_UNAVAILABLE : RATE_LIMIT;
    }

    /** The outcome that an attempt would have had for this reason. */
    Outcome counterpart() {
        return counterpart;
    }

    /** The value of the label {@code reason} of {@code loom_ai_failovers_total}. */
    String failoverReason() {
        return failoverReason;
    }

    /** It does not seem to work; every other reason forbids trying it. */
    boolean isIllness() {
        return this == UNHEALTHY || this == CIRCUIT_OPEN;
    }

    /** As in error bodies: {@code circuit_open}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
