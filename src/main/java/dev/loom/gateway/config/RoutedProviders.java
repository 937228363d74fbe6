package dev.loom.gateway.config;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import dev.loom.gateway.config.yaml.Overlay;
import dev.loom.gateway.config.yaml.Yaml;
import dev.loom.gateway.config.yaml.Yaml.Entry;
import dev.loom.gateway.config.yaml.Yaml.Mapping;
import dev.loom.gateway.config.yaml.Yaml.Scalar;
import dev.loom.gateway.config.yaml.Yaml.Sequence;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What may stand under {@code providers} or under {@code routing.providers}: the latter is laid over the former, key
 * by key, and its order decides on the priority of those that have none.
 */
final class RoutedProviders {

    static final List<String> SHARED_KEYS = List.of("priority", "weight", "cost", "health_check", "rate_limit");

    private final Mapping merged;
    private final Map<String, Mapping> routed;

    RoutedProviders(Mapping gateway) {
        List<Mapping> routing = gateway.value("routing") instanceof Mapping map ? map.mappings("providers") : List.of();
        this.routed = routing.stream()
                .filter(entry -> !entry.name().isEmpty())
                .collect(toMap(Mapping::name, identity(), (first, second) -> first, LinkedHashMap::new));
        this.merged = gateway.value("providers") instanceof Sequence list ? merge(gateway, list) : gateway;
    }

    /** The whole configuration, with everything about a provider under {@code providers}. */
    Mapping merged() {
        return merged;
    }

    /** After all providers that have a priority of their own, and distinct. */
    int defaultPriority(Mapping provider) {
        List<Mapping> providers = merged.mappings("providers");
        int last = providers.stream().mapToInt(RoutedProviders::priority).max().orElse(0);
        Set<String> followers = new LinkedHashSet<>(routed.keySet());
        providers.forEach(other -> followers.add(other.name()));
        providers.stream().filter(other -> priority(other) > 0).forEach(other -> followers.remove(other.name()));
        return last + 1 + List.copyOf(followers).indexOf(provider.name());
    }

    private Mapping merge(Mapping gateway, Sequence providers) {
        Map<String, Entry> entries = new LinkedHashMap<>(gateway.entries());
        Sequence all = new Sequence(
                providers.at(), providers.items().stream().map(this::merge).toList());
        entries.put("providers", new Entry(providers.at(), all));
        return new Mapping(gateway.at(), entries);
    }

    private Yaml merge(Yaml provider) {
        Mapping entry = provider instanceof Mapping map ? routed.get(map.name()) : null;
        return entry == null ? provider : Overlay.of((Mapping) provider, shared(entry));
    }

    private static Mapping shared(Mapping entry) {
        Map<String, Entry> entries = new LinkedHashMap<>(entry.entries());
        entries.keySet().retainAll(SHARED_KEYS);
        return new Mapping(entry.at(), entries);
    }

    /** 0 where there is none, or none that can be read. */
    private static int priority(Mapping provider) {
        return provider.value("priority") instanceof Scalar scalar
                        && scalar.text().matches("\\d{1,9}")
                ? Integer.parseInt(scalar.text())
                : 0;
    }
}
