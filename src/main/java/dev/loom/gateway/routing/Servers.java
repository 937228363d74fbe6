package dev.loom.gateway.routing;

import dev.loom.gateway.routing.Eligibility.Match;
import dev.loom.gateway.traffic.ProviderTraffic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who serves a model, as far as the configuration says. The same for every request, so that it is found out once for each
 * name of a model. Thread-safe.
 */
final class Servers {

    /** Names of models that are remembered; clients may make up any number of names. */
    private static final int MOST_REMEMBERED = 2_000;

    /** @param model the name that is sent to this provider */
    record Server(ProviderTraffic provider, String model) {}

    private final List<String> providers;
    private final Map<String, ProviderTraffic> traffic;
    private final Eligibility eligibility;
    private final Map<String, List<Server>> known = new ConcurrentHashMap<>();

    /**
     * @param providers the strategy's own list
     * @param traffic of every enabled provider, by name
     */
    Servers(List<String> providers, Map<String, ProviderTraffic> traffic, Eligibility eligibility) {
        this.providers = providers;
        this.traffic = traffic;
        this.eligibility = eligibility;
    }

    /** Names of those that may be eligible: a route counts even where the strategy's own list leaves its provider out. */
    Collection<String> routed(String model) {
        Set<String> names = new LinkedHashSet<>(providers);
        String routed = eligibility.routeOf(model);
        if (routed != null) {
            names.add(routed);
        }
        return names;
    }

    /** @param model as the client calls it */
    List<Server> of(String model) {
        List<Server> servers = known.get(model);
        if (servers == null) {
            servers = found(model);
            if (known.size() < MOST_REMEMBERED) {
                known.put(model, servers);
            }
        }
        return servers;
    }

    private List<Server> found(String model) {
        List<Server> found = new ArrayList<>();
        for (String name : routed(model)) {
            ProviderTraffic provider = traffic.get(name);
            Match match = provider == null ? null : eligibility.match(provider.config(), model);
            if (provider != null && match != null) {
                found.add(new Server(provider, match.model()));
            }
        }
        return List.copyOf(found);
    }
}
