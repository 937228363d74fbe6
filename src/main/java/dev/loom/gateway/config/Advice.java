package dev.loom.gateway.config;

import static java.util.Objects.requireNonNullElse;

import dev.loom.gateway.config.yaml.Problems;
import dev.loom.gateway.config.yaml.Yaml.Mapping;
import java.util.HashSet;
import java.util.Set;

/** Warns of what can be run, but is probably not meant. */
final class Advice {

    private final GatewayConfig config;
    private final Written written;
    private final Problems problems;

    /** @param tree what the configuration was read from: says where things stand */
    Advice(GatewayConfig config, Mapping tree, Problems problems) {
        this.config = config;
        this.written = new Written(tree);
        this.problems = problems;
    }

    void give() {
        if (!config.enabled()) {
            return;
        }
        adviseOnProviders();
        new ModelAdvice(config, written, problems).give();
        adviseOnClientKeys();
        adviseOnStrategy();
        adviseOnFailover();
        adviseOnAccounts();
    }

    private void adviseOnAccounts() {
        new AccountAdvice(config, (key, words) -> problems.warning(written.place("token_accounting", key), words))
                .give(written.has("token_accounting", "enabled"));
    }

    private void adviseOnProviders() {
        Set<String> used = usedProviders();
        boolean byCost = config.routing().strategy().equals("cost");
        for (ProviderConfig provider : config.providers()) {
            if (provider.enabled() && !used.contains(provider.name())) {
                problems.warning(
                        written.place(provider),
                        "the provider " + provider.name() + " is defined, but nothing under routing uses it");
            }
            boolean candidate = config.routing().providers().contains(provider.name());
            if (byCost && candidate && !provider.cost().isKnown()) {
                problems.warning(
                        written.place(provider),
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

    private void adviseOnClientKeys() {
        ServedNames served = new ServedNames(config);
        for (ServerConfig.ApiKey key : config.server().apiKeys()) {
            key.models().stream()
                    .filter(model -> !served.has(model))
                    .forEach(model -> problems.warning(
                            written.place(key),
                            "the client key \"" + key.name() + "\" may use the model \"" + model
                                    + "\", which no provider serves"));
        }
    }

    private void adviseOnStrategy() {
        RoutingConfig routing = config.routing();
        if (routing.strategy().equals("model")
                && routing.modelRoutes().isEmpty()
                && routing.defaultProvider() == null) {
            problems.warning(
                    written.place("routing", "strategy"),
                    "strategy model without model_routes asks the providers in their order; write routing.model_routes");
        }
    }

    /** Not where there is one provider alone and nobody has written of failover: then all is as it is meant. */
    private void adviseOnFailover() {
        Set<String> candidates = candidates();
        boolean wanted = written.has("routing", "failover")
                || config.providers().stream().filter(ProviderConfig::enabled).count() > 1;
        if (wanted && config.routing().failover().enabled() && candidates.size() == 1) {
            problems.warning(
                    written.place("routing", "failover"),
                    "failover is enabled, but " + candidates.iterator().next() + " is the only candidate");
        }
    }
}
