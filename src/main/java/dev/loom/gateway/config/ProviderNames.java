package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.Place;
import dev.loom.gateway.config.yaml.Problems;
import dev.loom.gateway.config.yaml.Suggestion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The providers that the file defines, to check what refers to them. */
final class ProviderNames {

    private final Map<String, Boolean> enabledByName = new LinkedHashMap<>();
    private final Problems problems;

    ProviderNames(List<ProviderConfig> providers, Problems problems) {
        this.problems = problems;
        providers.forEach(provider -> enabledByName.put(provider.name(), provider.enabled()));
    }

    /** False for an unknown name, which is an error, and for a disabled provider, which is a warning. */
    boolean usable(String name, Place at) {
        Boolean enabled = enabledByName.get(name);
        if (enabled == null) {
            List<String> defined = enabledByName.keySet().stream()
                    .filter(known -> !known.isEmpty()) // which is reported where it stands
                    .toList();
            String listed = "defined: " + (defined.isEmpty() ? "none" : String.join(", ", defined));
            problems.error(at, "there is no provider \"" + name + '"' + Suggestion.of(name, defined, listed));
            return false;
        }
        if (!enabled) {
            problems.warning(at, "the provider " + name + " is not enabled, so this has no effect");
        }
        return enabled;
    }
}
