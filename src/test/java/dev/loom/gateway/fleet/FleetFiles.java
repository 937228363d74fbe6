package dev.loom.gateway.fleet;

import dev.loom.gateway.config.ConfigLoader;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.StateConfig;
import dev.loom.gateway.config.yaml.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Configurations, as users write them. */
final class FleetFiles {

    private FleetFiles() {}

    static StateConfig state(Path directory, String keys) {
        return load(directory, "providers: [{name: p, type: simulator}]\n  state: {type: redis, " + keys + "}")
                .state();
    }

    static GatewayConfig load(Path directory, String yaml) {
        try {
            Path file = Files.createTempFile(directory, "gateway", ".yaml");
            Files.writeString(file, "ai_gateway:\n  " + yaml + "\n");
            return new ConfigLoader(name -> null).load(List.of(file.toString())).config();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }
}
