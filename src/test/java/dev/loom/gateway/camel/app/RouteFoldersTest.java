package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is not read, and a folder that is gone, are not met with silence. */
class RouteFoldersTest {

    @TempDir
    Path directory;

    private Path routes;
    private RouteFolders folders;

    @BeforeEach
    void install() throws IOException {
        routes = Files.createDirectories(directory.resolve("routes"));
        write("routes/mine.camel.yaml");
        write("kamelets/mine-action.kamelet.yaml");
        folders = new RouteFolders(new Installation(
                "",
                "file:" + routes + "/*.camel.yaml",
                "file:" + directory.resolve("kamelets") + ",classpath:kamelets",
                ""));
    }

    private void write(String file) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "# nothing\n");
    }

    private List<String> look() {
        try (CapturedLog log = new CapturedLog()) {
            assertThat(folders.files()).hasSizeLessThanOrEqualTo(2);
            return log.messages();
        }
    }

    @Test
    void what_looks_like_a_route_file_and_is_not_read_is_told_once() throws IOException {
        assertThat(look()).isEmpty();
        write("routes/other.yml");
        write("routes/plain.yaml");
        write("routes/mine/own.camel.yaml");
        write("kamelets/other-action.kamelet.yml");
        write("routes/notes.txt");
        write("routes/..data/mine.camel.yaml");
        assertThat(look())
                .containsExactlyInAnyOrder(
                        routes + "/other.yml is not read; give it a name that ends in .camel.yaml",
                        routes + "/plain.yaml is not read; give it a name that ends in .camel.yaml",
                        routes
                                + "/mine/own.camel.yaml is not read, since it is in a folder of its own; if it is to be read, move it"
                                + " into "
                                + routes,
                        directory + "/kamelets/other-action.kamelet.yml is not read; give it a name that ends in"
                                + " .kamelet.yaml");
        assertThat(look()).isEmpty();
    }

    @Test
    void a_folder_of_routes_that_comes_while_the_jars_are_in_use_is_told_once() throws IOException {
        Path other = Files.createDirectories(directory.resolve("other"));
        folders = new RouteFolders(Installation.in(other));
        assertThat(look()).isEmpty();
        write("other/routes/mine.camel.yaml");
        assertThat(look())
                .containsExactly(other + "/routes is new; it is read from the next start on, in the place of all route"
                        + " files in the jar");
        assertThat(look()).isEmpty();
    }

    @Test
    void a_kamelet_in_a_folder_that_comes_later_is_in_use_at_once() throws IOException {
        Path other = Files.createDirectories(directory.resolve("other"));
        try (TestGateway gateway = TestGateway.start(Installation.in(other), Map.of(), Map.of());
                CapturedLog log = new CapturedLog()) {
            Path kamelets = Files.createDirectories(other.resolve("kamelets"));
            Files.writeString(
                    kamelets.resolve("test-action.kamelet.yaml"),
                    """
                    apiVersion: camel.apache.org/v1
                    kind: Kamelet
                    metadata: {name: test-action, labels: {camel.apache.org/kamelet.type: action}}
                    spec:
                      definition: {title: Test, type: object, properties: {}}
                      template:
                        from: {uri: 'kamelet:source', steps: [{setBody: {constant: fine}}]}
                    """);
            await().atMost(Duration.ofSeconds(60)).until(() -> log.text().contains("was saved and is in use"));
            assertThat(gateway.camel().createProducerTemplate().requestBody("kamelet:test-action", "", String.class))
                    .isEqualTo("fine");
        }
    }

    @Test
    void a_folder_that_is_gone_is_told_once_each_time() throws IOException {
        for (int time = 0; time < 2; time++) {
            assertThat(look()).isEmpty();
            Files.delete(routes.resolve("mine.camel.yaml"));
            Files.delete(routes);
            assertThat(look()).as("a volume may be mounted anew").isEmpty();
            assertThat(look())
                    .containsExactly(
                            routes
                                    + " is empty or gone; what was in it stays in use until the next start; put its files back");
            assertThat(look()).isEmpty();
            write("routes/mine.camel.yaml");
        }
    }
}
