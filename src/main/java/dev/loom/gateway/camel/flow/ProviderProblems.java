package dev.loom.gateway.camel.flow;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.ProviderSettings;
import dev.loom.gateway.config.yaml.ConfigException;
import dev.loom.gateway.config.yaml.Problem;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Tells what is wrong with a provider's settings in the words of a Kamelet's parameters. */
final class ProviderProblems {

    private static final Pattern WORD = Pattern.compile("_([a-z])");

    /** Where the Kamelets have another name, because Camel's own options have this one. */
    private static final Map<String, String> RENAMED =
            Map.of("timeouts.response", "responseTimeout", "location", "region");

    private ProviderProblems() {}

    /** @throws IllegalArgumentException if a setting is missing or wrong; it names the parameter */
    static ProviderConfig read(ProviderSettings settings) {
        try {
            return settings.read();
        } catch (ConfigException e) {
            throw new IllegalArgumentException(
                    e.problems().stream().map(ProviderProblems::told).collect(Collectors.joining("; ")));
        }
    }

    private static String told(Problem problem) {
        return problem.file() + ": " + parameter(problem.path()) + " " + problem.message();
    }

    /** {@code api_key} is {@code apiKey}, {@code simulator.latency} is {@code latency}. */
    private static String parameter(String key) {
        String name = RENAMED.getOrDefault(key, key.substring(key.indexOf('.') + 1));
        return WORD.matcher(name).replaceAll(word -> word.group(1).toUpperCase(Locale.ROOT));
    }
}
