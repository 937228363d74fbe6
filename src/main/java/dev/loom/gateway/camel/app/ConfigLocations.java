package dev.loom.gateway.camel.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which configuration files hold: the property {@code loom.config}, else {@code LOOM_CONFIG}, else the installation's. */
public final class ConfigLocations {

    private static final String PROPERTY = "loom.config";
    private static final String FILE = "ai-gateway.yaml";

    private ConfigLocations() {}

    /** Before Camel runs: looks into the chosen {@code application.properties} by itself. */
    static List<String> find(Installation installation) {
        String system = System.getProperty(PROPERTY);
        return find(
                system != null
                        ? system
                        : CamelFiles.settings(installation.properties()).getProperty(PROPERTY),
                installation);
    }

    /** @param property the value of {@code loom.config} as Camel resolves it, null where it is not set */
    static List<String> find(@Nullable String property, Installation installation) {
        return find(property, installation.config());
    }

    /**
     * Inside another application. What is packaged does not count there: who has configured nothing gets no gateway.
     *
     * @return empty where nothing is configured
     */
    public static List<String> embedded(String property) {
        return find(property, Files.exists(Path.of(FILE)) ? "file:" + FILE : "");
    }

    private static List<String> find(@Nullable String property, String otherwise) {
        String environment = System.getenv("LOOM_CONFIG");
        String locations = Stream.of(property, environment)
                .filter(value -> value != null && !value.isBlank())
                .findFirst()
                .orElse(otherwise);
        return Arrays.stream(locations.split(","))
                .map(String::trim)
                .filter(part -> !part.isEmpty())
                .toList();
    }
}
