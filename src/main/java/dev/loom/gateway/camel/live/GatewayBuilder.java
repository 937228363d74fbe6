package dev.loom.gateway.camel.live;

import dev.loom.gateway.accounts.Accounting;
import dev.loom.gateway.camel.observe.FinishedHook;
import dev.loom.gateway.camel.observe.UsageFeed;
import dev.loom.gateway.camel.port.ClientKeys;
import dev.loom.gateway.camel.port.Workers;
import dev.loom.gateway.camel.request.Gateway;
import dev.loom.gateway.camel.upstream.GuardedDialect;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.LoadedConfig;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.metrics.AccountMetrics;
import dev.loom.gateway.metrics.GatewayMetrics;
import dev.loom.gateway.provider.CredentialSource;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.dialects.Dialects;
import dev.loom.gateway.provider.gemini.Vertex;
import dev.loom.gateway.routing.Planner;
import dev.loom.gateway.routing.RoutingObserver;
import dev.loom.gateway.routing.Strategy;
import dev.loom.gateway.routing.strategies.Strategies;
import dev.loom.gateway.traffic.Chance;
import dev.loom.gateway.traffic.Fleet;
import dev.loom.gateway.traffic.GoogleCredentialsSource;
import dev.loom.gateway.traffic.ProviderTraffic;
import dev.loom.gateway.traffic.TimeSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;

/** Makes a {@link Gateway} of a configuration, with the beans that the configuration names in Camel's registry. */
public final class GatewayBuilder {

    private static final String BEAN = "bean:";

    /** Characters: enough to see that two configurations differ. */
    private static final int DIGEST = 12;

    private final Registry registry;
    private final TimeSource time;
    private final ScheduledExecutorService timer;
    private final Fleet fleet;
    private final @Nullable GatewayMetrics metrics;
    private final UsageFeed usage;

    /** @param fleet the instances that it counts with */
    public GatewayBuilder(
            Registry registry, TimeSource time, ScheduledExecutorService timer, Fleet fleet, UsageFeed usage) {
        this.fleet = fleet;
        this.usage = usage;
        this.registry = registry;
        this.time = time;
        this.timer = timer;
        MeterRegistry meters = registry.findSingleByType(MeterRegistry.class);
        this.metrics = meters == null ? null : new GatewayMetrics(meters);
        if (metrics != null && fleet.status().shared()) {
            metrics.showState(() -> fleet.status().available());
        }
        usage.books().share(fleet.accounts());
        if (meters != null) {
            usage.books().observe(new AccountMetrics(meters));
        }
    }

    /**
     * Makes it anew, or in the place of one whose state it takes over. Long, since it puts all parts together.
     *
     * @param before null at the start
     * @throws RuntimeException if something that the configuration names cannot be had; nothing has changed then
     */
    public Gateway build(LoadedConfig loaded, @Nullable Gateway before) {
        GatewayConfig config = loaded.config();
        Map<String, Dialect> dialects = new LinkedHashMap<>();
        Map<String, CredentialSource> credentials = new LinkedHashMap<>();
        for (ProviderConfig provider : enabled(config)) {
            dialects.put(provider.name(), new GuardedDialect(dialect(provider.type()), provider));
            if (provider.type().equals("vertex") && Vertex.needsCredentials(provider)) {
                credentials.put(
                        provider.name(),
                        GoogleCredentialsSource.of(provider, config.server().proxy()));
            }
        }
        Strategy strategy = strategy(config);
        Map<String, ProviderTraffic> traffic = traffic(config, before);
        Planner planner = new Planner(config, traffic, strategy, observer(), time, Chance.SYSTEM);
        ClientKeys keys = new ClientKeys(config.server(), fleet.limits(), before == null ? null : before.keys());
        Accounting accounting = usage.books().under(config.tokenAccounting());
        Instant started = before == null ? time.instant() : before.started();
        return new Gateway(
                config,
                traffic,
                dialects,
                credentials,
                planner,
                keys,
                accounting,
                time,
                timer,
                started,
                fleet,
                loaded.effective());
    }

    private static List<ProviderConfig> enabled(GatewayConfig config) {
        return config.providers().stream().filter(ProviderConfig::enabled).toList();
    }

    private Map<String, ProviderTraffic> traffic(GatewayConfig config, @Nullable Gateway before) {
        Map<String, ProviderTraffic> traffic = new LinkedHashMap<>();
        // A provider that stands alone keeps no worker from another.
        int share = enabled(config).size() == 1 ? 0 : Workers.share(config.server());
        for (ProviderConfig provider : enabled(config)) {
            ProviderTraffic known = before == null ? null : before.traffic().get(provider.name());
            ProviderTraffic own = known == null
                    ? new ProviderTraffic(provider, config.routing(), time, fleet)
                    : known.under(provider, config.routing());
            own.limits().share(share);
            traffic.put(provider.name(), own);
        }
        return traffic;
    }

    /** Nothing is measured in an installation without Micrometer. */
    private RoutingObserver observer() {
        return metrics == null ? RoutingObserver.NONE : metrics;
    }

    /** This one is in force from now on, in the metrics, too; the other instances come to know its configuration. */
    public void show(Gateway gateway) {
        fleet.serving(gateway.traffic().values(), gateway.keys().owners(), digest(gateway));
        usage.follow(gateway.config().tokenAccounting());
        if (metrics != null) {
            metrics.show(gateway.config(), gateway.traffic().values());
        }
    }

    private static String digest(Gateway gateway) {
        return ClientKeys.digest(gateway.effective().toString().getBytes(StandardCharsets.UTF_8))
                .substring(0, DIGEST);
    }

    /** Lets the metrics show what the route of finished requests was never told. */
    public void count(FinishedHook hook) {
        if (metrics != null) {
            metrics.countDropped(hook::dropped);
        }
    }

    /** Takes a provider out of the metrics. */
    void forget(String provider) {
        if (metrics != null) {
            metrics.forget(provider);
        }
    }

    private Dialect dialect(String type) {
        return type.startsWith(BEAN) ? bean(type, Dialect.class) : Dialects.of(type);
    }

    private Strategy strategy(GatewayConfig config) {
        String name = config.routing().strategy();
        return name.startsWith(BEAN) ? bean(name, Strategy.class) : Strategies.of(config.routing(), time);
    }

    private <T> T bean(String reference, Class<T> type) {
        String name = reference.substring(BEAN.length());
        T bean = registry.lookupByNameAndType(name, type);
        if (bean == null) {
            throw new IllegalArgumentException(
                    "The Camel registry has no bean '" + name + "' of type " + type.getName());
        }
        return bean;
    }
}
