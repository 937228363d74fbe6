package dev.loom.gateway.camel.live;

import dev.loom.gateway.camel.port.Reason;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.jspecify.annotations.Nullable;

/**
 * What Camel says of a route that cannot be made, in words for whoever has written it.
 *
 * @param step as Camel shows it, such as {@code SetBody[simple{${body}}]}; null where it is about the route as a whole
 * @param reason on one line
 */
public record RouteMistake(@Nullable String route, @Nullable String step, String reason) {

    /** How Camel marks the step in its message. */
    private static final Pattern STEP = Pattern.compile(">>> (.*?) <<<", Pattern.DOTALL);

    /** Between what has been written of a step, in what Camel shows of it. */
    private static final Pattern SEPARATOR = Pattern.compile("[\\[\\]{}]|ref:| -> ");

    /** Empty where it is not about making a route. */
    public static Optional<RouteMistake> of(Throwable thrown) {
        return Stream.<Throwable>iterate(thrown, Objects::nonNull, Throwable::getCause)
                .filter(FailedToCreateRouteException.class::isInstance)
                .map(FailedToCreateRouteException.class::cast)
                .reduce((outer, inner) -> inner)
                .map(RouteMistake::of);
    }

    private static RouteMistake of(FailedToCreateRouteException failed) {
        Matcher step = STEP.matcher(String.valueOf(failed.getMessage()));
        return new RouteMistake(
                failed.getRouteId(), step.find() ? Reason.onOneLine(step.group(1)) : null, Reason.of(failed));
    }

    /** With the line of the step, if it is one of these routes. */
    String in(List<RouteDefinition> routes, List<String> lines) {
        for (RouteDefinition made : routes) {
            for (ProcessorDefinition<?> each : made.getOutputs()) {
                if (Objects.equals(made.getRouteId(), route)
                        && Reason.onOneLine(each.toString()).equals(step)) {
                    return "line " + line(lines, made, each, "") + ": " + this;
                }
            }
        }
        int line = line(lines);
        return (line == 0 ? "" : "line " + line + ": ") + this;
    }

    /** The line of the step, or that of the route, counted from 1; 0 where it is not found. */
    private int line(List<String> lines) {
        String longest = SEPARATOR
                .splitAsStream(step == null ? "" : step)
                .max(Comparator.comparingInt(String::length))
                .orElse("");
        return line(lines, String.valueOf(route), longest);
    }

    /**
     * The first line of a route that has a text, or else its first line.
     *
     * @return counted from 1; 0 where it is not found
     */
    static int line(List<String> lines, @Nullable String route, String text) {
        int begin = find(lines, 0, "id: " + route);
        int there = text.isBlank() ? -1 : find(lines, Math.max(0, begin), firstLine(text));
        return 1 + Math.max(begin, there);
    }

    /**
     * The first line of a step that has a text, or else the step's own. Camel counts a step that stands in braces a line too
     * low.
     *
     * @return counted from 1
     */
    static int line(List<String> lines, RouteDefinition route, OptionalIdentifiedDefinition<?> step, String text) {
        int camels = step.getLineNumber() - 1;
        if (camels < 0 || camels >= lines.size() || step == route.getInput()) {
            return line(lines, route.getRouteId(), text);
        }
        boolean braces = !lines.get(camels).contains(step.getShortName() + ":") && camels + 1 < lines.size();
        int begin = braces ? camels + 1 : camels;
        int there = text.isBlank() ? -1 : find(lines, begin, firstLine(text));
        return 1 + (there < 0 ? begin : there);
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse(text);
    }

    /** From 0; -1 where it stands nowhere. */
    private static int find(List<String> lines, int from, String text) {
        for (int i = from; i < lines.size(); i++) {
            if (lines.get(i).contains(text)) {
                return i;
            }
        }
        return -1;
    }

    /** Without its place in a file. */
    @Override
    public String toString() {
        return (step == null ? "" : "the step " + step + " of ") + "the route '" + route + "': " + reason
                + "; correct it";
    }
}
