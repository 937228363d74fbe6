package dev.loom.gateway.camel.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders of route files and Kamelets. What in them looks like one and is not read is told once, and so is a folder
 * that has lost all of its files, and one that has come too late.
 *
 * <p>Not thread-safe.
 */
final class RouteFolders {

    private static final Logger LOG = LoggerFactory.getLogger(RouteFolders.class);

    /** Looks after which an empty folder is no volume that is just being mounted anew. */
    private static final int LOOKS = 2;

    private final Installation installation;
    private final Set<Path> told = new HashSet<>();
    private final Set<Path> filled = new HashSet<>();
    private final Map<Path, Integer> empty = new HashMap<>();

    RouteFolders(Installation installation) {
        this.installation = installation;
    }

    /** The files that can be edited; says what else is there. */
    List<Path> files() {
        List<Path> files = installation.routeFiles();
        installation.folders().forEach((folder, ending) -> {
            tellIgnored(folder, ending);
            tellGone(folder, files.stream().anyMatch(file -> folder.equals(file.getParent())));
            tellNew(folder.resolveSibling("routes"));
        });
        return files;
    }

    private void tellIgnored(Path folder, String ending) {
        for (Path file : yaml(folder)) {
            if (!folder.equals(file.getParent()) && told.add(file)) {
                LOG.warn(
                        "{} is not read, since it is in a folder of its own; if it is to be read, move it into {}",
                        file,
                        folder);
            } else if (!file.toString().endsWith(ending) && told.add(file)) {
                LOG.warn("{} is not read; give it a name that ends in {}", file, ending);
            }
        }
    }

    /** In the folder and one below. What begins with a dot is no user's, such as the folders of a mounted ConfigMap. */
    private static List<Path> yaml(Path folder) {
        try (Stream<Path> files =
                Files.find(folder, 2, (file, attributes) -> file.toString().matches(".*\\.ya?ml"))) {
            return files.filter(file -> !folder.relativize(file).toString().startsWith(".")
                            && !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            // A folder that may not be read, such as a volume's lost+found, or a file that is gone meanwhile.
            return List.of();
        }
    }

    /** The routes of the jar are in use, and it would take the place of all of them. */
    private void tellNew(Path routes) {
        if (!installation.routes().startsWith("file:") && Files.isDirectory(routes) && told.add(routes)) {
            LOG.warn(
                    "{} is new; it is read from the next start on, in the place of all route files in the jar", routes);
        }
    }

    private void tellGone(Path folder, boolean hasFiles) {
        if (hasFiles) {
            filled.add(folder);
            empty.remove(folder);
        } else if (filled.contains(folder) && empty.merge(folder, 1, Integer::sum) == LOOKS) {
            LOG.warn(
                    "{} is empty or gone; what was in it stays in use until the next start; put its files back",
                    folder);
        }
    }
}
