package dev.loom.gateway.routing;

import dev.loom.gateway.config.AdminConfig;
import dev.loom.gateway.config.FailoverConfig;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.LoggingConfig;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.RoutingConfig;
import dev.loom.gateway.config.RoutingConfig.Fallback;
import dev.loom.gateway.config.RoutingConfig.Latency;
import dev.loom.gateway.config.ServerConfig;
import dev.loom.gateway.config.StateConfig;
import dev.loom.gateway.config.accounts.RequestLimitsConfig;
import dev.loom.gateway.config.accounts.TokenAccountingConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Builds a gateway's configuration from the few things that a test cares about; the rest are the defaults. */
public final class Setup {

    private final String strategy;
    private final List<ProviderConfig> providers = new ArrayList<>();
    private @Nullable List<String> routed;
    private final Map<String, Map<String, String>> mapping = new LinkedHashMap<>();
    private final Map<String, String> routes = new LinkedHashMap<>();
    private @Nullable String defaultProvider;
    private boolean failover = true;
    private int maxRetries = 2;
    private Set<Integer> retryCodes = FailoverConfig.DEFAULT_RETRY_CODES;
    private Duration deadline = Duration.ofMinutes(2);
    private @Nullable Fallback fallback;
    private Duration slowStart = Duration.ZERO;

    private Setup(String strategy) {
        this.strategy = strategy;
    }

    public static Setup strategy(String name) {
        return new Setup(name);
    }

    public Setup with(Providers... builders) {
        Stream.of(builders).map(Providers::build).forEach(providers::add);
        return this;
    }

    /** Only these are the strategy's; by default all are. */
    public Setup routed(String... names) {
        routed = List.of(names);
        return this;
    }

    public Setup mapping(String model, String provider, String upstream) {
        mapping.computeIfAbsent(model, key -> new LinkedHashMap<>()).put(provider, upstream);
        return this;
    }

    public Setup route(String model, String provider) {
        if (model.equals("default")) {
            defaultProvider = provider;
        } else {
            routes.put(model, provider);
        }
        return this;
    }

    public Setup noFailover() {
        failover = false;
        return this;
    }

    public Setup maxRetries(int number) {
        maxRetries = number;
        return this;
    }

    public Setup retryCodes(Integer... statuses) {
        retryCodes = Set.of(statuses);
        return this;
    }

    public Setup deadline(Duration length) {
        deadline = length;
        return this;
    }

    public Setup fallback(String provider, boolean onError, boolean onRateLimit) {
        fallback = new Fallback(provider, onError, onRateLimit);
        return this;
    }

    public Setup slowStart(Duration length) {
        slowStart = length;
        return this;
    }

    public RoutingConfig routing() {
        return new RoutingConfig(
                strategy,
                routed != null
                        ? routed
                        : providers.stream().map(ProviderConfig::name).toList(),
                routes,
                defaultProvider,
                new Latency(Duration.ofMinutes(5), 95),
                new FailoverConfig(
                        failover,
                        maxRetries,
                        retryCodes,
                        deadline,
                        new FailoverConfig.Breaker(true, 5, 3, Duration.ofMinutes(1))),
                fallback,
                slowStart,
                0.02);
    }

    public GatewayConfig build() {
        return new GatewayConfig(
                true,
                providers,
                routing(),
                mapping,
                ServerConfig.DEFAULTS,
                new AdminConfig("127.0.0.1", null, null, false),
                new LoggingConfig("text", false),
                StateConfig.MEMORY,
                TokenAccountingConfig.OFF,
                RequestLimitsConfig.NONE);
    }
}
