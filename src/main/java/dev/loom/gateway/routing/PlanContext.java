package dev.loom.gateway.routing;

import dev.loom.gateway.config.RoutingConfig;
import dev.loom.gateway.traffic.Limits;
import dev.loom.gateway.traffic.ProviderTraffic;
import dev.loom.gateway.traffic.TimeSource;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What all plans share, and how they look at a provider. */
record PlanContext(RoutingConfig routing, TimeSource time, RoutingObserver observer) {

    /** Why this provider would be skipped now, or null if nothing speaks against it but perhaps its own limits. */
    @Nullable
    SkipReason skipReason(ProviderTraffic traffic) {
        if (traffic.drained() || traffic.config().weight() == 0) {
            return SkipReason.DRAINED;
        }
        if (traffic.coolDown().active()) {
            return SkipReason.of(traffic.coolDown().reason());
        }
        if (traffic.headroom().low(routing.lowRemaining())) {
            return SkipReason.RATE_LIMIT;
        }
        if (!traffic.breaker().admits()) {
            return SkipReason.CIRCUIT_OPEN;
        }
        return traffic.health().usable() ? null : SkipReason.UNHEALTHY;
    }

    boolean usable(ProviderTraffic traffic, long tokens) {
        return skipReason(traffic) == null && traffic.limits().check(tokens) == null;
    }

    /** The longest of what keeps a provider away; zero if nothing does that has an end. */
    Duration recovery(ProviderTraffic traffic, long tokens, Duration asked) {
        Limits.Refusal refusal = traffic.limits().check(tokens);
        return Collections.max(List.of(
                asked,
                traffic.coolDown().remaining(),
                traffic.headroom().remaining(routing.lowRemaining()),
                traffic.breaker().retryIn(),
                refusal == null ? Duration.ZERO : refusal.retryIn()));
    }
}
