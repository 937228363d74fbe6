package dev.loom.gateway.routing;

import dev.loom.gateway.config.FailoverConfig;
import dev.loom.gateway.config.RoutingConfig;
import dev.loom.gateway.config.RoutingConfig.Fallback;
import dev.loom.gateway.provider.Failure;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What the configuration says about going on after a failure. */
record FailoverRules(FailoverConfig failover, @Nullable Fallback fallback) {

    private static final int TOO_MANY_REQUESTS = 429;

    static FailoverRules of(RoutingConfig routing) {
        return new FailoverRules(routing.failover(), routing.fallback());
    }

    /** Upstream calls for one request, the fallback's not counted. */
    int attempts() {
        return failover.enabled() ? 1 + failover.maxRetries() : 1;
    }

    /** @param rateLimited every candidate was refused for rate limits */
    boolean wantsFallback(boolean rateLimited) {
        return failover.enabled() && fallback != null && (rateLimited ? fallback.onRateLimit() : fallback.onError());
    }

    /** @param another whether somebody is left whom this failure does not rule out */
    boolean mayFailOver(Failure failure, BooleanSupplier another) {
        return switch (failure.outcome()) {
            case QUOTA, CREDENTIAL, MODEL_GONE -> true;
            case TRANSIENT -> failure.status() == 0 || isListed(failure.status());
            // Some providers say so in words, under another status.
            case RATE_LIMITED -> failure.status() == 0 || isListed(failure.status()) || isListed(TOO_MANY_REQUESTS);
            case CALLER_FAULT -> isListed(failure.status());
            case CONTEXT_LENGTH -> another.getAsBoolean();
            case UNSUPPORTED_HERE -> isListed(failure.status()) || another.getAsBoolean();
            default -> false;
        };
    }

    private boolean isListed(int status) {
        return failover.retryCodes().contains(status);
    }
}
