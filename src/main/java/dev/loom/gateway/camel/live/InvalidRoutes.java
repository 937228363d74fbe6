package dev.loom.gateway.camel.live;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A file of routes, or a Kamelet, that cannot be used. */
final class InvalidRoutes extends Exception {

    InvalidRoutes(Path file, List<String> problems) {
        super(file + ": " + String.join("; ", problems));
    }

    /** The causes say in turn where Camel found it and what it is. */
    InvalidRoutes(Path file, Exception cause) {
        super(file + ": " + causes(cause), cause);
    }

    private static String causes(Exception thrown) {
        return Stream.<Throwable>iterate(thrown, Objects::nonNull, Throwable::getCause)
                .map(cause -> Objects.requireNonNullElse(cause.getMessage(), cause.toString()))
                .distinct()
                .collect(Collectors.joining("; "));
    }
}
