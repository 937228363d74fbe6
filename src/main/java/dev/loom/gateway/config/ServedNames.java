package dev.loom.gateway.config;

import java.util.ArrayList;
import java.util.List;

/** The models that clients can ask for, by what the configuration says of them. */
final class ServedNames {

    private final GatewayConfig config;
    private final List<String> names = new ArrayList<>();
    private boolean any;

    ServedNames(GatewayConfig config) {
        this.config = config;
        names.addAll(config.modelMapping().keySet());
        RoutingConfig routing = config.routing();
        if (routing.strategy().equals("model")) {
            names.addAll(routing.modelRoutes().keySet());
            any = routing.defaultProvider() != null;
        }
        config.providers().stream().filter(ProviderConfig::enabled).forEach(this::add);
    }

    private void add(ProviderConfig provider) {
        names.addAll(provider.modelNames());
        names.addAll(provider.deployments().keySet());
        boolean candidate = config.routing().providers().contains(provider.name());
        any |= candidate
                && provider.modelNames().isEmpty()
                && provider.deployments().isEmpty();
    }

    /** @param entry a name, or the beginning of some and a {@code *} */
    boolean has(String entry) {
        if (any || !entry.endsWith("*")) {
            return any || ModelNames.anyMatches(names, entry);
        }
        String beginning = entry.substring(0, entry.length() - 1);
        return names.stream().anyMatch(name -> name.startsWith(beginning) || ModelNames.matches(name, beginning));
    }
}
