package dev.loom.gateway.config;

import static java.util.Objects.requireNonNullElse;

import dev.loom.gateway.config.accounts.AccountingRules;
import dev.loom.gateway.config.accounts.RequestLimitsConfig;
import dev.loom.gateway.config.yaml.Place;
import dev.loom.gateway.config.yaml.Problems;
import dev.loom.gateway.config.yaml.Section;
import dev.loom.gateway.config.yaml.Yaml.Mapping;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads everything below {@code ai_gateway}, after variables were substituted. */
final class GatewayReader {

    private final Problems problems;

    GatewayReader(Problems problems) {
        this.problems = problems;
    }

    GatewayConfig read(Mapping gateway) {
        checkDuplicates(gateway);
        RoutedProviders routed = new RoutedProviders(gateway);
        return new Section(routed.merged(), problems).read(s -> gateway(s, routed));
    }

    /** Reports names that a list of providers holds twice. */
    void checkDuplicates(Mapping gateway) {
        checkDuplicates(gateway.mappings("providers"));
        if (gateway.value("routing") instanceof Mapping routing) {
            checkDuplicates(routing.mappings("providers"));
        }
    }

    private void checkDuplicates(List<Mapping> providers) {
        Map<String, Place> seen = new HashMap<>();
        for (Mapping provider : providers) {
            String name = provider.name();
            Place at = requireNonNullElse(provider.value("name"), provider).at();
            Place first = name.isEmpty() ? null : seen.putIfAbsent(name, at);
            if (first != null) {
                problems.error(
                        at,
                        "duplicate provider name \"" + name + "\"; the first is in line " + first.line()
                                + "; give each a name of its own");
            }
        }
    }

    private GatewayConfig gateway(Section s, RoutedProviders routed) {
        boolean enabled = s.get("enabled", Types.FLAG, true);
        List<ProviderConfig> providers =
                s.sections("providers", p -> ProviderReader.read(p, routed.defaultPriority(p.mapping())));
        if (enabled && providers.stream().noneMatch(ProviderConfig::enabled)) {
            s.errorUnlessReported(
                    "providers", "at least one enabled provider is required, unless ai_gateway.enabled is false");
        }
        ProviderNames names = new ProviderNames(providers, problems);
        ServerConfig server = s.section("server", section -> ServerConfig.read(section, problems));
        return new GatewayConfig(
                enabled,
                providers,
                s.section("routing", new RoutingReader(providers, names)::read),
                s.section(
                        "model_mapping",
                        mapping -> mapping.allSections("{<provider>: <model>}", model -> targets(model, names))),
                server,
                s.section("admin", AdminConfig::read),
                s.section("logging", LoggingConfig::read),
                s.section("state", StateConfig::read),
                s.section("token_accounting", section -> AccountingRules.checked(section, server)),
                s.section("limits", RequestLimitsConfig::read));
    }

    private static Map<String, String> targets(Section s, ProviderNames names) {
        Map<String, String> targets = new LinkedHashMap<>(s.scalars(Types.TEXT));
        targets.keySet().removeIf(provider -> !names.usable(provider, s.keyPlace(provider)));
        return targets;
    }
}
