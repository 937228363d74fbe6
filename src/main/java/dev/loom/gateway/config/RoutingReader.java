package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.ScalarType;
import dev.loom.gateway.config.yaml.Section;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code routing}, once the providers that it names are known. */
final class RoutingReader {

    private static final ScalarType<String> STRATEGY =
            Types.choice(true, "priority", "round_robin", "weighted", "cost", "latency", "model");

    private final List<ProviderConfig> providers;
    private final ProviderNames names;

    RoutingReader(List<ProviderConfig> providers, ProviderNames names) {
        this.providers = providers;
        this.names = names;
    }

    RoutingConfig read(Section s) {
        String strategy = s.get("strategy", STRATEGY, "priority");
        List<String> candidates = candidates(s);
        checkWeights(s, candidates);
        Map<String, String> routes = new LinkedHashMap<>(s.section("model_routes", this::modelRoutes));
        String defaultProvider = routes.remove("default");
        return new RoutingConfig(
                strategy,
                candidates,
                routes,
                defaultProvider,
                s.section("latency", RoutingConfig.Latency::read),
                s.section("failover", FailoverConfig::read),
                s.optional("fallback", this::fallback),
                s.get("slow_start", Types.DURATION, Duration.ZERO),
                s.get("low_remaining", Types.number(0, 1), 0.02));
    }

    private List<String> candidates(Section s) {
        if (!s.has("providers")) {
            return providers.stream()
                    .filter(ProviderConfig::enabled)
                    .map(ProviderConfig::name)
                    .toList();
        }
        List<String> candidates = s.sections("providers", this::candidate).stream()
                .filter(name -> !name.isEmpty())
                .toList();
        if (candidates.isEmpty()) {
            s.errorUnlessReported("providers", "names no provider that is enabled; leave it out to use all of them");
        }
        return candidates;
    }

    /** The name, or nothing where the provider cannot be used. The other keys are read with the provider's own. */
    private String candidate(Section s) {
        String name = s.require("name", Types.TEXT, "");
        s.allow(RoutedProviders.SHARED_KEYS);
        return !name.isEmpty() && names.usable(name, s.place("name")) ? name : "";
    }

    private void checkWeights(Section s, List<String> candidates) {
        boolean drained = providers.stream()
                .filter(provider -> candidates.contains(provider.name()))
                .allMatch(provider -> provider.weight() == 0);
        if (drained && !candidates.isEmpty()) {
            s.error("providers", "every weight is 0; give at least one provider a weight above 0");
        }
    }

    private Map<String, String> modelRoutes(Section s) {
        Map<String, String> routes = new LinkedHashMap<>(s.scalars(Types.TEXT));
        routes.entrySet().removeIf(route -> !names.usable(route.getValue(), s.place(route.getKey())));
        return routes;
    }

    /** Null where the provider cannot be used. */
    private RoutingConfig.@Nullable Fallback fallback(Section s) {
        boolean onError = s.get("on_error", Types.FLAG, true);
        boolean onRateLimit = s.get("on_rate_limit", Types.FLAG, true);
        String provider = s.require("provider", Types.TEXT, "");
        boolean usable = !provider.isEmpty() && names.usable(provider, s.place("provider"));
        return usable ? new RoutingConfig.Fallback(provider, onError, onRateLimit) : null;
    }
}
