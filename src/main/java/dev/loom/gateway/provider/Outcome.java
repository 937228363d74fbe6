package dev.loom.gateway.provider;

import java.util.Locale;

/** What an attempt at a provider came to; decides what happens to the request next. */
public enum Outcome {
    SUCCESS,
    /** The provider is in trouble; another one may answer. Counts for the circuit breaker. */
    TRANSIENT,
    /** Too many requests or tokens. */
    RATE_LIMITED,
    /** The account is out of money or over its budget. */
    QUOTA,
    /** The provider does not accept our key, or serves nobody where the gateway is. */
    CREDENTIAL,
    /** The provider does not know the model or the deployment. */
    MODEL_GONE,
    /** The prompt is longer than this model takes. */
    CONTEXT_LENGTH,
    /** This provider, or this model of it, does not take a part of the request, or not from our account; another one may. */
    UNSUPPORTED_HERE,
    /** The request itself is wrong; no provider would answer it. */
    CALLER_FAULT,
    /** The client left. */
    HANG_UP;

    /** As in error bodies, stats and logs: {@code rate_limited}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
