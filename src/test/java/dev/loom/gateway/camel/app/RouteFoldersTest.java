package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.CapturedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
