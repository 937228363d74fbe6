package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.testing.WholeFiles;
import dev.loom.gateway.testing.WholeFiles.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every whole configuration file in README.md and docs can be saved and used as it stands. */
@NullUnmarked
class WholeFilesTest {

    @TempDir
    Path directory;

    static List<WholeFile> files() throws IOException {
        return WholeFiles.all();
    }

    @Test
    void there_are_some() throws IOException {
        assertThat(files()).extracting(WholeFile::page).contains("README.md", "docs/providers/quick-start/openai.md");
    }

    @ParameterizedTest
    @MethodSource("files")
    void it_is_valid(WholeFile file) throws Exception {
        Path other = Files.writeString(directory.resolve("key.json"), "{}");
        String yaml = file.yaml().replaceAll("/etc/[\\w/.-]+", other.toString());
        Path saved = Files.writeString(directory.resolve("ai-gateway.yaml"), yaml);
        assertThat(new ConfigLoader(name -> "the-value-of-" + name)
                        .load(List.of(saved.toString()))
                        .config()
                        .providers())
                .isNotEmpty();
    }
}
