package dev.loom.gateway.camel.live;

import dev.loom.gateway.camel.port.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A file of routes, or a Kamelet, that cannot be used. */
final class InvalidRoutes extends Exception {

    /** How Camel names a bean of a file that it cannot make. */
    private static final Pattern BEAN = Pattern.compile("Error creating bean: (\\S+) of type");

    /** Where Jackson was in a text that is no file to it. */
    private static final Pattern SOURCE = Pattern.compile(" ?at \\[Source: [^]]*]");

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
                .or(() -> bean(file, thrown))
                .orElseGet(() -> causes(thrown));
    }

    /** With the line of the bean that cannot be made, such as one with a script of its own; empty where it is about none. */
    private static Optional<String> bean(Path file, Throwable thrown) {
        return chain(thrown)
                .map(cause -> BEAN.matcher(String.valueOf(cause.getMessage())))
                .filter(Matcher::find)
                .map(found -> "line " + RouteMistake.line(lines(file), null, "name: " + found.group(1)) + ": the bean '"
                        + found.group(1) + "': " + Reason.of(thrown) + "; correct it")
                .findFirst();
    }

    private static Stream<Throwable> chain(Throwable thrown) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }

    /** They say in turn where Camel found it and what it is; what one says that another one has said is left out. */
    private static String causes(Throwable thrown) {
        List<String> told = new ArrayList<>();
        chain(thrown)
                .map(cause -> cause.getCause() == null
                        ? Reason.of(cause)
                        : Reason.onOneLine(Objects.requireNonNullElse(cause.getMessage(), cause.toString())))
                .map(text -> SOURCE.matcher(text).replaceAll(""))
                .filter(text -> told.stream().noneMatch(before -> before.contains(text)))
                .forEach(told::add);
        return String.join("; ", told);
    }
}
