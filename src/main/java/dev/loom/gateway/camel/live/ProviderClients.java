package dev.loom.gateway.camel.live;

import dev.loom.gateway.camel.upstream.HealthClient;
import dev.loom.gateway.camel.upstream.UpstreamClient;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.ServerConfig;
import dev.loom.gateway.traffic.TimeSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.spi.Registry;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;

/**
 * The HTTP clients of all providers, as beans {@code loom-client-<name>} and {@code loom-health-client-<name>}. Whoever
 * changes how a provider is reached gets a client of another name, and with it connections of its own; those of the old
 * one are left to the requests that use them.
 *
 * <p>Not thread-safe: one thread changes the configuration.
 */
public final class ProviderClients {

    /** @param kind what the connections depend on */
    private record Named(String name, List<?> kind) {}

    private final Registry registry;
    private final TimeSource time;
    private final ScheduledExecutorService timer;
    private final Map<String, Named> clients = new HashMap<>();
    private final Set<String> used = new HashSet<>();
    private int made;

    public ProviderClients(Registry registry, TimeSource time, ScheduledExecutorService timer) {
        this.registry = registry;
        this.time = time;
        this.timer = timer;
    }

    /**
     * Finds out whether a provider's client can be made.
     *
     * @throws RuntimeException if it cannot, such as for a certificate that cannot be read
     */
    void check(ProviderConfig provider, ServerConfig server) {
        new UpstreamClient(provider, server, time, timer).configureHttpClient(HttpClientBuilder.create());
    }

    /** The end of the client's bean name, which the routes of the provider are given. */
    String nameFor(ProviderConfig provider, ServerConfig server) {
        UpstreamClient client = new UpstreamClient(provider, server, time, timer);
        Named known = clients.get(provider.name());
        if (known != null && known.kind.equals(client.kind())) {
            return known.name;
        }
        String name = used.add(provider.name()) ? provider.name() : provider.name() + "." + ++made;
        clients.put(provider.name(), new Named(name, client.kind()));
        registry.bind("loom-client-" + name, client);
        registry.bind("loom-health-client-" + name, new HealthClient(client, provider, timer));
        return name;
    }

    /** Forgets a client; its connections are closed with the last route that uses them. */
    void forget(String name) {
        registry.unbind("loom-client-" + name);
        registry.unbind("loom-health-client-" + name);
        clients.values().removeIf(client -> Objects.equals(client.name, name));
    }
}
