package dev.loom.gateway.camel;

import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.Dialects;
import dev.loom.gateway.routing.Planner;
import dev.loom.gateway.routing.RoutingObserver;
import dev.loom.gateway.routing.Strategies;
import dev.loom.gateway.routing.Strategy;
import dev.loom.gateway.traffic.ProviderTraffic;
import dev.loom.gateway.traffic.TimeSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.apache.camel.spi.Registry;

/** Makes a {@link Gateway} of a configuration, with the beans that the configuration names in Camel's registry. */
final class GatewayBuilder {

    private static final String BEAN = "bean:";

    private final Registry registry;
    private final TimeSource time;
    private final ScheduledExecutorService timer;
    private final RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();

    GatewayBuilder(Registry registry, TimeSource time, ScheduledExecutorService timer) {
        this.registry = registry;
        this.time = time;
        this.timer = timer;
    }

    Gateway build(GatewayConfig config, RoutingObserver observer) {
        Map<String, ProviderTraffic> traffic = new LinkedHashMap<>();
        Map<String, Dialect> dialects = new LinkedHashMap<>();
        for (ProviderConfig provider : config.providers()) {
            if (provider.enabled()) {
                traffic.put(provider.name(), new ProviderTraffic(provider, config.routing(), time));
                dialects.put(provider.name(), new GuardedDialect(dialect(provider.type()), provider));
            }
        }
        Planner planner = new Planner(config, traffic, strategy(config), observer, time, random);
        ClientKeys keys = new ClientKeys(config.server(), time);
        return new Gateway(config, traffic, dialects, planner, keys, time, timer, time.instant());
    }

    private Dialect dialect(String type) {
        return type.startsWith(BEAN) ? bean(type, Dialect.class) : Dialects.of(type);
    }

    private Strategy strategy(GatewayConfig config) {
        String name = config.routing().strategy();
        return name.startsWith(BEAN) ? bean(name, Strategy.class) : Strategies.of(config.routing());
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
