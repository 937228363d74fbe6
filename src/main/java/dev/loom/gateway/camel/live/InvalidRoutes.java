package dev.loom.gateway.camel.live;

import dev.loom.gateway.camel.port.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A file of routes, or a Kamelet, that cannot be used. */
final class InvalidRoutes extends Exception {

    InvalidRoutes(Path file, List<String> problems) {
        super(file + ": " + String.join("\n" + file + ": ", problems));
    }

    InvalidRoutes(Path file, Throwable cause) {
        super(file + ": " + described(file, cause), cause);
    }

    /** What is wrong, with its place where it is known. */
    static String described(Path file, Throwable thrown) {
        return RouteMistake.of(thrown)
                .map(mistake -> mistake.in(List.of(), lines(file)))
                .orElseGet(() -> causes(thrown));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }

    /** They say in turn where Camel found it and what it is. */
    private static String causes(Throwable thrown) {
        return Stream.<Throwable>iterate(thrown, Objects::nonNull, Throwable::getCause)
                .map(cause -> cause.getCause() == null
                        ? Reason.of(cause)
                        : Reason.onOneLine(Objects.requireNonNullElse(cause.getMessage(), cause.toString())))
                .distinct()
                .collect(Collectors.joining("; "));
    }
}
