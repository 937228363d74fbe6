package dev.loom.gateway.camel.live;

import dev.loom.gateway.config.yaml.BoundedEvents;
import dev.loom.gateway.config.yaml.UserFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of routes and Kamelets as they are in use: on disk there may be another text, that was refused.
 *
 * <p>Not thread-safe.
 */
final class RouteTexts {

    private static final Logger LOG = LoggerFactory.getLogger(RouteTexts.class);

    private static final String FILE = "file:";

    private static final Pattern NAME = Pattern.compile("(.+)(\\.(?:camel|kamelet)\\.yaml)");

    private final Map<Path, Resource> inUse = new HashMap<>();

    /**
     * How deep a file may be nested; a choice in a choice takes five levels. Camel and the check against its schema call
     * themselves many times for each.
     */
    private static final int MOST_LEVELS = 100;

    /** A file as it is on disk now; whatever happens to it there, this stays as it is. What is no UTF-8 no start would read. */
    static Resource read(Path file) throws IOException {
        byte[] text = UserFile.text(file).getBytes(StandardCharsets.UTF_8);
        return ResourceHelper.fromBytes(FILE + file.toAbsolutePath(), text);
    }

    /** What keeps Camel from reading it; empty if nothing does. */
    static List<String> unreadable(Path file, Resource resource) {
        String text = text(resource);
        if (text.lines().map(String::strip).allMatch(line -> line.isEmpty() || line.startsWith("#"))) {
            return List.of("the file is empty; write at least one route into it, or delete it");
        }
        return unfit(file, text);
    }

    /** That its name has a dot too many, by which Camel takes it for another kind of file, or that it is nested too deep. */
    static List<String> unfit(Path file, String text) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (name.matches() && name.group(1).contains(".")) {
            return List.of("Camel takes no dot before " + name.group(2) + "; rename the file to "
                    + name.group(1).replace('.', '-') + name.group(2));
        }
        String problem = BoundedEvents.problem(text, MOST_LEVELS);
        return problem.isEmpty() ? List.of() : List.of(problem);
    }

    static String text(Resource resource) {
        try (InputStream in = resource.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> lines(Resource resource) {
        return text(resource).lines().toList();
    }

    /** Camel has loaded these files just now. */
    void begin(Collection<Path> files) {
        for (Path file : files) {
            try {
                put(file, read(file));
            } catch (IOException e) {
                LOG.warn("{} cannot be read, so it cannot be put back when an edit of it fails", file, e);
            }
        }
    }

    void put(Path file, Resource text) {
        inUse.put(normal(file), text);
    }

    @Nullable
    Resource get(Path file) {
        return inUse.get(normal(file));
    }

    @Nullable
    Resource remove(Path file) {
        return inUse.remove(normal(file));
    }

    /** Whether a file that is new has the text that is in use of one that is gone. */
    boolean isRenamed(Path before, Path now) {
        Resource known = get(before);
        try {
            return known != null
                    && get(now) == null
                    && text(known).equals(UserFile.text(now))
                    && unfit(now, text(known)).isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    /** @return the same text, as that of the other file */
    Resource rename(Path before, Path now) {
        byte[] text = text(Objects.requireNonNull(remove(before))).getBytes(StandardCharsets.UTF_8);
        Resource renamed = ResourceHelper.fromBytes(FILE + now.toAbsolutePath(), text);
        put(now, renamed);
        return renamed;
    }

    /** The text that is in use of what Camel has loaded from this resource. */
    Resource inUse(Resource loaded) {
        return inUse.getOrDefault(path(loaded), loaded);
    }

    /** Those that say something; to load the file itself, too, would bring back what it said before. */
    List<Resource> others(Path file, Predicate<String> text) {
        return inUse.values().stream()
                .filter(resource -> !isFrom(file, resource))
                .filter(resource -> text.test(text(resource)))
                .toList();
    }

    static boolean isFrom(Path file, @Nullable Resource resource) {
        return resource != null && path(resource).equals(normal(file));
    }

    /** @param location as Camel notes it with what it has read */
    static boolean isFrom(Path file, String location) {
        return path(location).equals(normal(file));
    }

    /** Whether both are of one file, whatever it said when they were read. */
    static boolean isSame(Resource one, @Nullable Resource other) {
        return other != null && path(one).equals(path(other));
    }

    /** Whether a start reads the one before the other; what is from nowhere is there before all. */
    static boolean isBefore(Resource one, @Nullable Resource other) {
        return other != null && path(one).compareTo(path(other)) < 0;
    }

    /** A route with its file, for whoever has to look for it. */
    static String named(RouteDefinition route) {
        Resource file = route.getResource();
        return "the route '" + route.getRouteId() + "'"
                + (file == null ? "" : " of " + file.getLocation().replaceFirst("^file:", ""));
    }

    /** Routes that were not read from a file, such as those of a jar, are from nowhere. */
    private static Path path(Resource resource) {
        return path(resource.getLocation());
    }

    private static Path path(String location) {
        return location.startsWith(FILE)
                ? normal(Path.of(location.substring(FILE.length())))
                : Path.of(location.replace(':', '/'));
    }

    private static Path normal(Path file) {
        return file.toAbsolutePath().normalize();
    }
}
