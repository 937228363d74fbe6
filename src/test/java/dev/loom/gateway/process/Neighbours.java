package dev.loom.gateway.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A local Maven repository in which projects find the jar under test, and beside it, by links, all that the user's own
 * repository holds. So the user's gets no jar of ours, and nothing is downloaded twice.
 */
final class Neighbours {

    private static final String VERSION = "0.1.0";

    private Neighbours() {}

    static Path repository(Path directory) throws IOException {
        Path user = Path.of(System.getProperty("maven.repository"));
        Path here = Files.createDirectories(directory.resolve("repository"));
        link(user, here, "dev");
        link(user.resolve("dev"), Files.createDirectories(here.resolve("dev")), "loom");
        Path ours = Files.createDirectories(here.resolve("dev/loom/loom-ai-gateway/" + VERSION));
        Files.copy(Path.of("pom.xml"), ours.resolve("loom-ai-gateway-" + VERSION + ".pom"));
        Files.copy(Path.of(System.getProperty("loom.thin.jar")), ours.resolve("loom-ai-gateway-" + VERSION + ".jar"));
        return here;
    }

    /** The command {@code mvn} for a shell: the Maven that runs these tests, offline where that is. */
    static String maven() {
        return "mvn() { '" + System.getProperty("maven.command") + "' -B -ntp "
                + ("offline=true".equals(System.getProperty("maven.offline")) ? "-o " : "") + "-Dmaven.repo.local='"
                + System.getProperty("maven.repository") + "' \"$@\"; }\n";
    }

    private static void link(Path from, Path to, String except) throws IOException {
        if (!Files.isDirectory(from)) {
            return;
        }
        for (Path entry : list(from)) {
            if (!entry.endsWith(except)) {
                Files.createSymbolicLink(to.resolve(entry.getFileName()), entry);
            }
        }
    }

    /** Before the directory is deleted, so that nothing beyond a link can be. */
    static void unlink(Path repository) throws IOException {
        for (Path level : List.of(repository, repository.resolve("dev"))) {
            for (Path entry : list(level)) {
                if (Files.isSymbolicLink(entry)) {
                    Files.delete(entry);
                }
            }
        }
    }

    /** A directory of the checkout, without what has been built in it. */
    static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (Path entry : list(from)) {
            Path target = to.resolve(entry.getFileName());
            if (!Files.isDirectory(entry)) {
                Files.copy(entry, target);
            } else if (!entry.endsWith("target")) {
                copy(entry, target);
            }
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }
}
