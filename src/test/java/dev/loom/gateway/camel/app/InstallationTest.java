package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.CapturedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Camel gets the route files in the order of their names, as long as it takes each name as it is. */
class InstallationTest {

    @TempDir
    Path directory;

    private Path routes;

    @BeforeEach
    void write() throws IOException {
        routes = Files.createDirectory(directory.resolve("routes"));
        Files.writeString(routes.resolve("zz.camel.yaml"), "");
    }

    private String inOrder() {
        return Installation.in(directory).routesInOrder();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a(1)", "a[1]", "a!b", "a'b", "a&b"})
    void unusual_signs_keep_the_order(String name) throws IOException {
        Path file = Files.writeString(routes.resolve(name + ".camel.yaml"), "");
        try (CapturedLog log = new CapturedLog()) {
            assertThat(inOrder()).isEqualTo("file:" + file + ",file:" + routes.resolve("zz.camel.yaml"));
            assertThat(log.messages()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a*b", "a?b", "a{b", "a}b", "a,b"})
    void a_sign_of_patterns_costs_the_order_and_the_log_says_so(String name) throws IOException {
        Path file = Files.writeString(routes.resolve(name + ".camel.yaml"), "");
        try (CapturedLog log = new CapturedLog()) {
            assertThat(inOrder()).isEqualTo("file:" + routes + "/*.camel.yaml");
            assertThat(log.messages())
                    .containsExactly(
                            file + " has one of the signs * ? { } , in its name, so the route files are read in the"
                                    + " order of the disk, and of two route configurations without an id any may count as the"
                                    + " last one; rename it");
        }
    }

    @Test
    void files_of_the_jar_are_left_as_they_are() throws IOException {
        assertThat(Installation.in(Files.createDirectory(directory.resolve("empty")))
                        .routesInOrder())
                .isEqualTo(ShippedRoutes.ALL);
    }
}
