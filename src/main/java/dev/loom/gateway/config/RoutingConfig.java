package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.Section;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code routing}.
 *
 * @param strategy priority, round_robin, weighted, cost, latency, model, or {@code bean:} and a name in the Camel registry
 * @param providers names of the providers that the strategy chooses among, enabled ones only, in the user's order
 * @param modelRoutes model name, or prefix with a {@code *} at its end, to provider; without the entry {@code default}
 * @param defaultProvider {@code model_routes.default}
 * @param fallback null where there is none
 * @param slowStart zero: off
 * @param lowRemaining a provider whose own headers report less than this share (0 to 1) of a limit is spared
 */
public record RoutingConfig(
        String strategy,
        List<String> providers,
        Map<String, String> modelRoutes,
        @Nullable String defaultProvider,
        Latency latency,
        FailoverConfig failover,
        @Nullable Fallback fallback,
        Duration slowStart,
        double lowRemaining) {

    /** {@code routing.latency}: the sliding window, and the percentile (1 to 100) that is compared. */
    public record Latency(Duration window, double percentile) {

        static Latency read(Section s) {
            return new Latency(
                    s.get("window", Types.POSITIVE_DURATION, Duration.ofMinutes(5)),
                    s.get("percentile", Types.number(1, 100), 95.0));
        }
    }

    /** {@code routing.fallback}: one more attempt, at this provider. */
    public record Fallback(String provider, boolean onError, boolean onRateLimit) {}
}
