package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.CommandBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Camel's component that docs/routes.md adds to those of the jar, with the commands that stand there. */
class AddedComponentIT {

    private static final String ROUTE = "- route: {id: later, from: {uri: \"seda:later\", steps: [{log: later}]}}\n";

    @TempDir
    Path directory;

    @AfterEach
    void tidy() throws IOException {
        Checkout.unlink(directory);
    }

    @Test
    void a_route_that_begins_with_it_is_started() throws Exception {
        Checkout checkout = Checkout.in(directory);
        Files.copy(Path.of("pom.xml"), directory.resolve("pom.xml"));
        checkout.write("routes/later.camel.yaml", ROUTE);
        String commands = CommandBlock.named("docs/routes.md", "component").script();
        try (GatewayProcess started = checkout.launch(Neighbours.maven() + commands)) {
            started.awaitReady();
            assertThat(started.log()).doesNotContain("ERROR");
        }
    }
}
