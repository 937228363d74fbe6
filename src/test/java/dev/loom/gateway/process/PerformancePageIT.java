package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.loom.gateway.testing.CommandBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of docs/performance.md that make caches of the JVM: each leaves one, which a later start takes. They take
 * minutes, so that they run only with {@code -Dloom.long=true}.
 */
@EnabledIfSystemProperty(named = "loom.long", matches = "true")
class PerformancePageIT {

    private static final String PAGE = "docs/performance.md";

    /** The first JDK that makes a cache with one command. */
    private static final int ONE_COMMAND = 25;

    @TempDir
    Path directory;

    @AfterEach
    void tidy() throws IOException {
        Checkout.unlink(directory);
    }

    @Test
    void the_launcher_makes_one() throws Exception {
        Checkout checkout = Checkout.in(directory);
        try (GatewayProcess training = checkout.launch(PAGE, "train")) {
            assertThat(training.exitCode()).as(training.log()).isZero();
        }
        assertThat(CommandBlock.shell(directory, "bin/loom --print"))
                .containsPattern("SharedArchiveFile=\\S+\\.jsa|AOTCache=\\S+\\.aot");
    }

    @Test
    void so_does_a_java_that_archives_classes() throws Exception {
        makesAndTakes("archive", "loom-ai-gateway.jsa");
    }

    @Test
    void so_does_a_java_that_keeps_what_it_learned() throws Exception {
        assumeTrue(Runtime.version().feature() >= ONE_COMMAND, "These two commands need JDK 25.");
        makesAndTakes("aot", "loom-ai-gateway.aot");
    }

    private void makesAndTakes(String block, String cache) throws Exception {
        Checkout checkout = Checkout.in(directory);
        List<String> commands = CommandBlock.named(PAGE, block).script().lines().toList();
        assertThat(commands).hasSize(2);
        try (GatewayProcess making = checkout.launch("exec " + commands.get(0)).awaitReady()) {
            making.terminate();
            assertThat(making.exitCode()).isZero();
        }
        assertThat(directory.resolve(cache)).isNotEmptyFile();
        // Without -Xshare:auto, the JVM says here that it cannot take it.
        try (GatewayProcess taking = checkout.launch("exec " + commands.get(1)).awaitReady()) {
            assertThat(taking.log()).doesNotContain("unable to", "An error has occurred", "mismatch");
        }
    }
}
