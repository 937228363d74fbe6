package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.CommandBlock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The first command of README.md, in a copy of the sources that nobody has built. Takes the minute that Maven needs, so that
 * it runs only with {@code -Dloom.long=true}.
 */
@EnabledIfSystemProperty(named = "loom.long", matches = "true")
class FirstCommandIT {

    private static final Duration BUILD = Duration.ofMinutes(10);

    @TempDir
    Path directory;

    @Test
    void it_builds_the_gateway_and_starts_it() throws Exception {
        for (String file : List.of("pom.xml", "ai-gateway.yaml", "application.properties")) {
            Files.copy(Path.of(file), directory.resolve(file));
        }
        for (String tree : List.of("src/main", "routes", "kamelets", ".mvn")) {
            Neighbours.copy(Path.of(tree), directory.resolve(tree));
        }
        String command = Neighbours.maven()
                + CommandBlock.named("README.md", "first-command").script();
        try (GatewayProcess gateway = GatewayProcess.launch(directory, List.of("bash", "-euc", command), Map.of())) {
            gateway.awaitLog("Clients: http://127.0.0.1:" + gateway.port() + "/v1", BUILD);
            assertThat(gateway.awaitReady().chat("Hi!").body()).contains("simulated answer from provider 'sim-a'");
        }
    }
}
