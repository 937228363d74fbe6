package dev.loom.gateway.camel.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.FailedToCreateRouteException;

/** A file of routes, or a Kamelet, that cannot be used. */
final class InvalidRoutes extends Exception {

    InvalidRoutes(Path file, List<String> problems) {
        super(file + ": " + String.join("\n" + file + ": ", problems));
    }

    /** The causes say in turn where Camel found it and what it is. */
    InvalidRoutes(Path file, Exception cause) {
        super(file + ": " + place(file, cause) + causes(cause), cause);
    }

    /** Camel names the route and the step; the line is that at which the route begins. */
    private static String place(Path file, Exception thrown) {
        return Stream.<Throwable>iterate(thrown, Objects::nonNull, Throwable::getCause)
                .filter(FailedToCreateRouteException.class::isInstance)
                .map(cause -> lineOf(file, "id: " + ((FailedToCreateRouteException) cause).getRouteId()))
                .filter(line -> line > 0)
                .findFirst()
                .map(line -> "the route at line " + line + ": ")
                .orElse("");
    }

    /** @return counted from 1; 0 if it stands nowhere */
    private static int lineOf(Path file, String text) {
        try {
            List<String> lines = Files.readAllLines(file);
            return 1 + lines.stream().map(String::strip).toList().indexOf(text);
        } catch (IOException e) {
            return 0;
        }
    }

    private static String causes(Exception thrown) {
        return Stream.<Throwable>iterate(thrown, Objects::nonNull, Throwable::getCause)
                .map(cause -> Objects.requireNonNullElse(cause.getMessage(), cause.toString()))
                .distinct()
                .collect(Collectors.joining("; "));
    }
}
