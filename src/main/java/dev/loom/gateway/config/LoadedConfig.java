package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A configuration that loaded without an error.
 *
 * @param warnings what looks like a mistake but can be run, from top to bottom
 * @param files the files it was read from, absolute, to be watched for changes; none for {@code classpath:} locations
 * @param effective the configuration with every default filled in, as maps, lists, texts, numbers and booleans under
 *     the keys of the file; secrets are {@code ***}
 */
public record LoadedConfig(
        GatewayConfig config, List<Problem> warnings, List<Path> files, Map<String, Object> effective) {}
