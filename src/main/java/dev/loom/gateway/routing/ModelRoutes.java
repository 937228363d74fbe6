package dev.loom.gateway.routing;

import dev.loom.gateway.config.RoutingConfig;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code model_routes}: an exact name, else the longest prefix wildcard, else {@code default}. */
public record ModelRoutes(Map<String, String> routes, @Nullable String defaultProvider) {

    public static ModelRoutes of(RoutingConfig routing) {
        return new ModelRoutes(routing.modelRoutes(), routing.defaultProvider());
    }

    /** The provider that the model is sent to, or null where neither a route nor a default stands. */
    public @Nullable String providerFor(String model) {
        String entry = named(model);
        return entry != null ? routes.get(entry) : defaultProvider;
    }

    /** The entry of {@code model_routes} that decides, {@code default} included, or null where none does. */
    public @Nullable String entryFor(String model) {
        String entry = named(model);
        return entry == null && defaultProvider != null ? "default" : entry;
    }

    private @Nullable String named(String model) {
        return routes.containsKey(model) ? model : ModelNames.longestWildcard(routes.keySet(), model);
    }
}
