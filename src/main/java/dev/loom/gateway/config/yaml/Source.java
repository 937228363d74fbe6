package dev.loom.gateway.config.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A location the user gave: a bare path, {@code file:} or {@code classpath:}.
 *
 * @param name as it appears in problems
 * @param path null for a class path resource
 */
public record Source(String name, @Nullable Path path) {

    private static final String CLASSPATH = "classpath:";

    public static Source of(String location) {
        String trimmed = location.trim();
        if (trimmed.startsWith(CLASSPATH)) {
            return new Source(trimmed, null);
        }
        String path = trimmed.replaceFirst("^file:(//(?=/))?", "");
        return new Source(path, Path.of(path).toAbsolutePath().normalize());
    }

    /** Where problems of the file as a whole are reported. */
    public Place start() {
        return new Place(name, 1, 1, "");
    }

    /** The content, or null after a problem was reported. */
    @Nullable
    public String read(Problems problems) {
        try {
            String text = path != null ? UserFile.text(path) : resource();
            if (text == null) {
                problems.error(start(), "this file does not exist");
            }
            return text;
        } catch (UserFile.Unfit unfit) {
            problems.error(start(), String.valueOf(unfit.getMessage()));
        } catch (IOException unreadable) {
            boolean missing = path != null && Files.notExists(path);
            problems.error(start(), missing ? "this file does not exist" + lookedFor() : "this file cannot be read");
        }
        return null;
    }

    /** A relative path begins at the working directory, which need not be where the user thinks. */
    private String lookedFor() {
        return name.equals(String.valueOf(path)) ? "; check its path" : "; it was looked for at " + path;
    }

    private @Nullable String resource() throws IOException {
        String resource = name.substring(CLASSPATH.length()).replaceFirst("^/+", "");
        try (InputStream in = Source.class.getClassLoader().getResourceAsStream(resource)) {
            return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
