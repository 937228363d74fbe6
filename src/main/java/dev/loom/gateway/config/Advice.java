package dev.loom.gateway.config;

import static java.util.Objects.requireNonNullElse;

import dev.loom.gateway.config.yaml.Place;
import dev.loom.gateway.config.yaml.Problems;
import dev.loom.gateway.config.yaml.Yaml;
import dev.loom.gateway.config.yaml.Yaml.Entry;
import dev.loom.gateway.config.yaml.Yaml.Mapping;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Warns of what can be run, but is probably not meant. */
final class Advice {

    private final GatewayConfig config;
    private final Mapping tree;
    private final Problems problems;

    /** @param tree what the configuration was read from: says where things stand */
    Advice(GatewayConfig config, Mapping tree, Problems problems) {
        this.config = config;
        this.tree = tree;
        this.problems = problems;
    }

    void give() {
        if (!config.enabled()) {
            return;
        }
        adviseOnProviders();
        adviseOnModelMapping();
        adviseOnClientKeys();
        adviseOnStars();
        adviseOnStrategy();
        adviseOnFailover();
        adviseOnAccounts();
    }

    private void adviseOnAccounts() {
        new AccountAdvice(config, (key, words) -> problems.warning(place("token_accounting", key), words))
                .give(isWritten("token_accounting", "enabled"));
    }

    private void adviseOnProviders() {
        Set<String> used = usedProviders();
        boolean byCost = config.routing().strategy().equals("cost");
        for (ProviderConfig provider : config.providers()) {
            if (provider.enabled() && !used.contains(provider.name())) {
                problems.warning(
                        place(provider),
                        "the provider " + provider.name() + " is defined, but nothing under routing uses it");
            }
            boolean candidate = config.routing().providers().contains(provider.name());
            if (byCost && candidate && !provider.cost().isKnown()) {
                problems.warning(
                        place(provider),
                        "the provider " + provider.name() + " has no cost, so strategy cost asks it last");
            }
        }
    }

    /** The strategy's providers and the fallback. */
    private Set<String> candidates() {
        Set<String> candidates = new HashSet<>(config.routing().providers());
        if (config.routing().fallback() != null) {
            candidates.add(config.routing().fallback().provider());
        }
        return candidates;
    }

    private Set<String> usedProviders() {
        RoutingConfig routing = config.routing();
        Set<String> used = candidates();
        if (routing.strategy().equals("model")) {
            used.addAll(routing.modelRoutes().values());
            used.add(requireNonNullElse(routing.defaultProvider(), ""));
        }
        return used;
    }

    private void adviseOnModelMapping() {
        for (ProviderConfig provider : config.providers()) {
            List<String> listed = Stream.of(
                            provider.modelNames(),
                            provider.deployments().keySet(),
                            provider.deployments().values())
                    .flatMap(names -> names.stream())
                    .toList();
            config.modelMapping().forEach((model, targets) -> {
                String target = targets.get(provider.name());
                boolean known = listed.isEmpty()
                        || ModelNames.anyMatches(listed, String.valueOf(target))
                        || ModelNames.anyMatches(listed, model);
                if (target != null && !known) {
                    problems.warning(
                            place("model_mapping", model, provider.name()),
                            "the provider " + provider.name() + " does not list the model \"" + target + '"');
                }
            });
        }
    }

    private void adviseOnClientKeys() {
        ServedNames served = new ServedNames(config);
        for (ServerConfig.ApiKey key : config.server().apiKeys()) {
            key.models().stream()
                    .filter(model -> !served.has(model))
                    .forEach(model -> problems.warning(
                            place(key),
                            "the client key \"" + key.name() + "\" may use the model \"" + model
                                    + "\", which no provider serves"));
        }
    }

    private void adviseOnStars() {
        config.providers().forEach(provider -> adviseOnStars(place(provider), provider.modelNames()));
        config.server().apiKeys().forEach(key -> adviseOnStars(place(key), key.models()));
    }

    private void adviseOnStars(Place at, List<String> models) {
        models.stream()
                .filter(model -> model.indexOf('*') >= 0 && model.indexOf('*') < model.length() - 1)
                .forEach(model -> problems.warning(
                        at,
                        "the * in the model \"" + model
                                + "\" is plain text; it stands for any text only at the end of a" + " name"));
    }

    private void adviseOnStrategy() {
        RoutingConfig routing = config.routing();
        if (routing.strategy().equals("model")
                && routing.modelRoutes().isEmpty()
                && routing.defaultProvider() == null) {
            problems.warning(
                    place("routing", "strategy"),
                    "strategy model without model_routes asks the providers in their order; write routing.model_routes");
        }
    }

    private Place place(ServerConfig.ApiKey key) {
        Stream<Mapping> keys =
                tree.value("server") instanceof Mapping server ? server.mappings("api_keys").stream() : Stream.of();
        return keys.filter(entry -> key.name().equals(entry.name()))
                .map(Mapping::at)
                .findFirst()
                .orElse(tree.at());
    }

    /** Not where there is one provider alone and nobody has written of failover: then all is as it is meant. */
    private void adviseOnFailover() {
        Set<String> candidates = candidates();
        boolean wanted = isWritten("routing", "failover")
                || config.providers().stream().filter(ProviderConfig::enabled).count() > 1;
        if (wanted && config.routing().failover().enabled() && candidates.size() == 1) {
            problems.warning(
                    place("routing", "failover"),
                    "failover is enabled, but " + candidates.iterator().next() + " is the only candidate");
        }
    }

    private boolean isWritten(String section, String key) {
        return tree.value(section) instanceof Mapping map && map.value(key) != null;
    }

    private Place place(ProviderConfig provider) {
        return tree.mappings("providers").stream()
                .filter(entry -> provider.name().equals(entry.name()))
                .map(Mapping::at)
                .findFirst()
                .orElse(tree.at());
    }

    /** Where the last of these keys stands, or the innermost that is written. */
    private Place place(String... keys) {
        @Nullable Yaml node = tree;
        Place at = tree.at();
        for (String key : keys) {
            Entry entry = node instanceof Mapping map ? map.entries().get(key) : null;
            at = entry != null ? entry.at() : at.key(key);
            node = entry != null ? entry.value() : null;
        }
        return at;
    }
}
