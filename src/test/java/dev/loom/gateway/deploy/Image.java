package dev.loom.gateway.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the Dockerfile says. */
final class Image {

    private static final Path DOCKERFILE = Path.of("src/main/docker/Dockerfile");

    private Image() {}

    /** The arguments of its instructions, by the instruction. None of them is longer than a line. */
    static Map<String, List<String>> dockerfile() throws IOException {
        return Files.readString(DOCKERFILE)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .collect(Collectors.groupingBy(
                        line -> line.substring(0, line.indexOf(' ')),
                        Collectors.mapping(line -> line.substring(line.indexOf(' ') + 1), Collectors.toList())));
    }
}
