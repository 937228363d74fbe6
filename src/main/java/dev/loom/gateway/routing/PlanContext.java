package dev.loom.gateway.routing;

import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.config.RoutingConfig;
import dev.loom.gateway.traffic.Limits;
import dev.loom.gateway.traffic.LocalLimits;
import dev.loom.gateway.traffic.ProviderTraffic;
import dev.loom.gateway.traffic.TimeSource;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all plans share, and how they look at a provider.
 *
 * @param foretelling plans are made to see what would happen: they take nothing and change nothing
 */
record PlanContext(RoutingConfig routing, TimeSource time, RoutingObserver observer, boolean foretelling) {

    PlanContext(RoutingConfig routing, TimeSource time, RoutingObserver observer) {
        this(routing, time, observer, false);
    }

    PlanContext foretold() {
        return new PlanContext(routing, time, RoutingObserver.NONE, true);
    }

    /** Takes a request's share of the provider's limits; foretold, a share of nothing where there is room. */
    Limits.Decision reserve(ProviderTraffic traffic, long tokens) {
        if (!foretelling) {
            return traffic.limits().reserve(tokens);
        }
        Limits.Refusal refusal = traffic.limits().check(tokens);
        return refusal != null ? refusal : new LocalLimits(RateLimitConfig.NONE, time).reserve(tokens);
    }

    /** Why this provider would be skipped now, or null if nothing speaks against it but perhaps its own limits. */
    @Nullable
    SkipReason skipReason(ProviderTraffic traffic) {
        if (drained(traffic)) {
            return SkipReason.DRAINED;
        }
        if (traffic.coolDown().active()) {
            return SkipReason.of(traffic.coolDown().reason());
        }
        if (traffic.headroom().exhausted()) {
            return SkipReason.RATE_LIMIT;
        }
        if (!traffic.breaker().admits()) {
            return SkipReason.CIRCUIT_OPEN;
        }
        if (!traffic.health().usable()) {
            return SkipReason.UNHEALTHY;
        }
        return traffic.headroom().low(routing.lowRemaining()) ? SkipReason.SPARED : null;
    }

    /** Out of service by an operator's will: drained, without weight, or its breaker forced open. */
    boolean drained(ProviderTraffic traffic) {
        return traffic.drained()
                || traffic.config().weight() == 0
                || traffic.breaker().getState() == State.FORCED_OPEN;
    }

    boolean usable(ProviderTraffic traffic, long tokens) {
        return skipReason(traffic) == null && traffic.limits().check(tokens) == null;
    }

    /** Whether an ill provider may be tried all the same; not while another request's probe is out. */
    boolean mayProbe(ProviderTraffic traffic) {
        return traffic.breaker().admits() || traffic.breaker().getState() == State.OPEN;
    }

    /** Ends an open breaker's waiting, so that the next request is its probe. */
    void letProbe(ProviderTraffic traffic) {
        if (!foretelling
                && traffic.breaker().getState() == State.OPEN
                && !traffic.breaker().admits()) {
            traffic.breaker().transitionToHalfOpenState();
        }
    }

    /** The longest of what forbids to try a provider, be it well or ill; zero if nothing does. */
    Duration barred(ProviderTraffic traffic, long tokens) {
        Limits.Refusal refusal = traffic.limits().check(tokens);
        return Collections.max(List.of(
                traffic.coolDown().remaining(),
                traffic.headroom().exhausted() ? traffic.headroom().untilReset() : Duration.ZERO,
                refusal == null ? Duration.ZERO : refusal.retryIn()));
    }

    /** How long a provider will be skipped for this reason; zero where that has no end, or nobody knows it. */
    Duration rest(SkipReason reason, ProviderTraffic traffic, long tokens) {
        return switch (reason) {
            case QUOTA, CREDENTIAL, RATE_LIMIT -> barred(traffic, tokens);
            case CIRCUIT_OPEN -> traffic.breaker().retryIn();
            default -> Duration.ZERO;
        };
    }

    /** The longest of what keeps a provider away; zero if nothing does that has an end. */
    Duration recovery(ProviderTraffic traffic, long tokens) {
        Limits.Refusal refusal = traffic.limits().check(tokens);
        return Collections.max(List.of(
                traffic.coolDown().remaining(),
                traffic.headroom().untilReset(),
                traffic.breaker().retryIn(),
                traffic.health().usable()
                        ? Duration.ZERO
                        : traffic.config().healthCheck().interval(),
                refusal == null ? Duration.ZERO : refusal.retryIn()));
    }
}
