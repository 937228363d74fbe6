package dev.loom.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What would take a running gateway down if it were read: told as a mistake of the file. */
@NullUnmarked
@Timeout(60)
class UnfitFilesTest {

    private static final String NAMES_KEYS =
            "ai_gateway: {server: {api_keys_file: %s}," + " providers: [{name: p, type: simulator}]}";

    @TempDir
    Path directory;

    private List<String> errors(Path file) {
        return ConfigFiles.in(directory).problems(List.of(file.toString()));
    }

    private List<String> errorsOfKeys(Path file) {
        return ConfigFiles.in(directory).errors(NAMES_KEYS.formatted(file));
    }

    private void assertRefused(Path file, String... parts) {
        for (List<String> errors : List.of(errors(file), errorsOfKeys(file))) {
            assertThat(errors)
                    .anySatisfy(error -> assertThat(error).contains(parts).startsWith(file.getFileName() + ":1:"));
        }
    }

    private Path pipe() throws Exception {
        Path pipe = directory.resolve("pipe.yaml");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        return pipe;
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "[{", "- ", "? "})
    void a_file_that_is_nested_without_end_is_refused_with_its_place(String open) throws Exception {
        Path file = Files.writeString(directory.resolve("deep.yaml"), open.repeat(100_000));
        assertRefused(file, "this file is nested too deep or has too many values: at most 50 levels, 100000 values");
    }

    @Test
    void a_file_of_very_many_values_is_refused_before_they_fill_the_memory() throws Exception {
        Path file = Files.writeString(directory.resolve("wide.yaml"), "x: [" + "a,".repeat(1_000_000) + "a]");
        assertRefused(file, "this file is nested too deep or has too many values: at most 50 levels, 100000 values");
    }

    @Test
    void a_pipe_is_not_waited_for() throws Exception {
        assertRefused(pipe(), "this is no regular file, but a pipe or a device; put a file here, or a link to one");
    }

    @Test
    void a_device_is_not_read() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("zero.yaml"), Path.of("/dev/zero"));
        assertRefused(link, "this is no regular file, but a pipe or a device; put a file here, or a link to one");
    }

    @Test
    void a_directory_is_told_as_such() throws Exception {
        assertRefused(
                Files.createDirectory(directory.resolve("d.yaml")), "this is no regular file, but a directory; put");
    }

    /** Written with a hole, so that it takes no room on the disk. */
    @ParameterizedTest
    @CsvSource({"4194305, 5 MB", "20000000, 20 MB", "150000000, 144 MB", "8000000000, 7630 MB"})
    void a_huge_file_is_refused_with_its_size_and_the_limit(long bytes, String size) throws IOException {
        Path file = directory.resolve("huge.yaml");
        try (RandomAccessFile huge = new RandomAccessFile(file.toFile(), "rw")) {
            huge.setLength(bytes);
        }
        assertRefused(file, "this file has " + size + "; at most 4 MB are read");
    }

    @Test
    void the_largest_file_that_is_read_may_consist_of_comments() throws IOException {
        String yaml = "ai_gateway: {enabled: false}\n";
        Path file = Files.writeString(
                directory.resolve("large.yaml"), yaml + "#" + "x".repeat(4 * 1024 * 1024 - yaml.length() - 1));
        assertThat(errors(file)).isEmpty();
    }

    /** As Kubernetes mounts a ConfigMap. */
    @Test
    void links_to_files_are_followed() throws IOException {
        Path data = Files.createDirectory(directory.resolve("..2026"));
        Files.writeString(data.resolve("a.yaml"), "ai_gateway: {enabled: false}");
        Files.createSymbolicLink(directory.resolve("..data"), data.getFileName());
        Path link = Files.createSymbolicLink(directory.resolve("a.yaml"), Path.of("..data/a.yaml"));
        assertThat(errors(link)).isEmpty();
    }
}
