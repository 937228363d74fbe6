package dev.loom.gateway.routing;

import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.ProviderConfig;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether a provider serves a client's model, by which line of the configuration, and under which name. */
final class Eligibility {

    /**
     * The provider serves the model.
     *
     * @param model the name to send upstream
     * @param by the key that says so: that of a mapping, of one of the provider's own lists or of a route;
     *     {@code any_model} where it lists none
     * @param entry what stands under that key; null for {@code any_model}
     */
    record Match(String model, String by, @Nullable String entry) {}

    private final Map<String, Map<String, String>> mapping;
    private final @Nullable ModelRoutes routes;
    /** By provider: every request asks each of them. */
    private final Map<String, Collection<String>> entries;

    /** Providers of which the configuration does not say all that they serve. */
    private final Set<String> open;

    Eligibility(GatewayConfig config) {
        this.mapping = config.modelMapping();
        this.routes = config.routing().strategy().equals("model") ? ModelRoutes.of(config.routing()) : null;
        this.entries = config.providers().stream()
                .collect(Collectors.toMap(ProviderConfig::name, Eligibility::entries, (first, second) -> first));
        this.open = entries.entrySet().stream()
                .filter(provider -> provider.getValue().isEmpty()
                        || provider.getValue().stream().anyMatch(ModelNames::isWildcard))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Whether the configuration leaves it to the provider which models it has. */
    boolean isOpen(ProviderConfig provider) {
        return open.contains(provider.name());
    }

    /** How a provider serves a client's model, or null if it does not. */
    @Nullable
    Match match(ProviderConfig provider, String model) {
        if (model.isEmpty()) {
            return routes == null || routeOf(model) == null
                    ? new Match("", "any_model", null)
                    : routed(provider, model);
        }
        String mapped = mapping.getOrDefault(model, Map.of()).get(provider.name());
        if (mapped != null) {
            return new Match(deployment(provider, mapped), "model_mapping", model);
        }
        Collection<String> named = entries.getOrDefault(provider.name(), List.of());
        if (named.isEmpty()) {
            return new Match(model, "any_model", null);
        }
        String entry = ModelNames.bestMatch(named, model);
        return entry != null ? listed(provider, entry, model) : routed(provider, model);
    }

    private static Match listed(ProviderConfig provider, String entry, String model) {
        String fixed = ModelNames.isWildcard(entry) ? model : entry;
        boolean deployed = provider.deployments().containsKey(entry);
        return new Match(provider.deployments().getOrDefault(entry, fixed), deployed ? "deployments" : "models", entry);
    }

    private @Nullable Match routed(ProviderConfig provider, String model) {
        return routes != null && provider.name().equals(routeOf(model))
                ? new Match(model, "model_routes", routes.entryFor(model))
                : null;
    }

    /** The provider to which the strategy {@code model} sends this model; null under any other strategy. */
    @Nullable
    String routeOf(String model) {
        return routes == null ? null : routes.providerFor(model);
    }

    /** What is sent to a provider that does not serve the model and is asked all the same: its first model. */
    static String firstModel(ProviderConfig provider, String asked) {
        return entries(provider).stream()
                .filter(entry -> !ModelNames.isWildcard(entry))
                .findFirst()
                .map(entry -> deployment(provider, entry))
                .orElse(asked);
    }

    /** All that a provider's own lists name, wildcards included. */
    static Collection<String> entries(ProviderConfig provider) {
        Set<String> entries = new LinkedHashSet<>(provider.modelNames());
        entries.addAll(provider.deployments().keySet());
        return entries;
    }

    /** Azure is asked for a deployment; elsewhere a model is its own name. */
    private static String deployment(ProviderConfig provider, String model) {
        return provider.deployments().getOrDefault(model, model);
    }
}
