package dev.loom.gateway.camel.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the gateway finds its files: in the working directory where they exist, else packaged in the jar.
 *
 * @param properties Camel's own settings
 * @param routes pattern of the route files
 * @param kamelets locations of Kamelets, in the order in which they are searched
 * @param config where {@code ai-gateway.yaml} is, unless a setting names another place
 */
public record Installation(String properties, String routes, String kamelets, String config) {

    /** The packaged configuration: simulated providers. */
    static final String DEMO = "classpath:loom/ai-gateway.yaml";

    private static final String FILE = "file:";
    private static final String ROUTES = "/*.camel.yaml";

    private static final Logger LOG = LoggerFactory.getLogger(Installation.class);

    /** By these Camel takes a file for a pattern, a setting or several files. */
    private static final Pattern SIGNS = Pattern.compile("[*?{},]");

    static Installation in(Path directory) {
        return new Installation(
                choose(directory.resolve("application.properties"), "", "classpath:loom/application.properties"),
                choose(directory.resolve("routes"), ROUTES, ShippedRoutes.ALL),
                // Also one that is not there yet: a Kamelet in it is found as soon as it is.
                FILE + directory.resolve("kamelets") + ",classpath:kamelets",
                choose(directory.resolve("ai-gateway.yaml"), "", DEMO));
    }

    private static String choose(Path path, String suffix, String packaged) {
        return Files.exists(path) ? FILE + path + suffix : packaged;
    }

    /**
     * The route files one by one, by their names: of a pattern Camel takes them in the order of the disk, and of two route
     * configurations the later one counts. Where a name has a sign that Camel reads as another, the pattern remains.
     */
    String routesInOrder() {
        List<String> files = routeFiles().stream()
                .filter(file -> file.toString().endsWith(ROUTES.substring(2)))
                .map(file -> FILE + file)
                .toList();
        Optional<String> unfit =
                files.stream().filter(file -> SIGNS.matcher(file).find()).findFirst();
        unfit.ifPresent(file -> LOG.warn(
                "{} has one of the signs * ? { } , in its name, so the route files are read in the order of the disk, and"
                        + " of two route configurations without an id any may count as the last one; rename it",
                file.substring(FILE.length())));
        return files.isEmpty() || unfit.isPresent() || routes.contains(",") ? routes : String.join(",", files);
    }

    /** The files of routes and Kamelets that can be edited: those in directories, not those in the jar. */
    List<Path> routeFiles() {
        List<Path> files = new ArrayList<>();
        folders().forEach((folder, ending) -> files.addAll(yaml(folder, ending)));
        return files;
    }

    /** The directories of routes and of Kamelets, those in the jar left out, with what the names of files in them end in. */
    Map<Path, String> folders() {
        Map<Path, String> folders = new LinkedHashMap<>();
        for (String location : (routes + "," + kamelets).split(",", -1)) {
            if (location.startsWith(FILE)) {
                String ending = location.endsWith(ROUTES) ? ".camel.yaml" : ".kamelet.yaml";
                folders.put(Path.of(location.substring(FILE.length()).replace(ROUTES, "")), ending);
            }
        }
        return folders;
    }

    private static List<Path> yaml(Path directory, String ending) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    void log(Logger log, String usedConfig) {
        log.info("Camel settings: {}", properties);
        log.info("Routes: {}", routes);
        log.info("Kamelets: {}", kamelets);
        log.info("Gateway configuration: {}", usedConfig);
    }
}
