package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShippedRoutesTest {

    @Test
    void every_file_in_routes_is_named_so_that_nobody_has_to_search_the_jar_for_it() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            List<String> there = files.map(file -> "classpath:loom/routes/" + file.getFileName())
                    .toList();
            assertThat(ShippedRoutes.named(ShippedRoutes.ALL).split(",", -1))
                    .containsExactlyInAnyOrderElementsOf(there);
        }
    }

    @Test
    void other_patterns_are_taken_as_they_are() {
        assertThat(ShippedRoutes.named("file:routes/*.camel.yaml")).isEqualTo("file:routes/*.camel.yaml");
    }
}
