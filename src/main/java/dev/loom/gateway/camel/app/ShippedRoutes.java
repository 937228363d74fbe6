package dev.loom.gateway.camel.app;

import dev.loom.gateway.camel.live.Beginnings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The route files in the jar. Camel finds the files of a pattern by reading the whole jar, which takes a second and more of a
 * start; those that are named it opens at once.
 */
final class ShippedRoutes {

    /** How settings name all of them. */
    static final String ALL = "classpath:loom/routes/*.camel.yaml";

    /** What a request needs on its way to a provider in the languages that are warmed up. */
    private static final List<String> OF_REQUESTS = List.of(
            "ingress", "surface-messages", "surface-responses", "hooks", "dispatch", "serve", "provider", "errors");

    private static final List<String> OTHERS = List.of(
            "admin",
            "explain",
            "flows",
            "health",
            "models",
            "operate",
            "page",
            "passthrough",
            "passthrough-stored",
            "probes",
            "surface-azure",
            "surface-gemini",
            "usage");

    private ShippedRoutes() {}

    /** Those for {@link WarmUp}. */
    static String ofRequests() {
        return locations(OF_REQUESTS.stream());
    }

    /** @param pattern of route files, as a setting has it */
    static String named(String pattern) {
        return pattern.equals(ALL) ? locations(Stream.concat(OF_REQUESTS.stream(), OTHERS.stream())) : pattern;
    }

    /** The name of the file with the route that begins with an address, or with a route configuration; empty if it is in none. */
    static String fileOf(String name) {
        return Stream.concat(OF_REQUESTS.stream(), OTHERS.stream())
                .map(stem -> stem + ".camel.yaml")
                .filter(file -> holds(file, name))
                .findFirst()
                .orElse("");
    }

    private static boolean holds(String file, String name) {
        try (InputStream in = ShippedRoutes.class.getResourceAsStream("/loom/routes/" + file)) {
            Beginnings beginnings = new Beginnings();
            beginnings.read(file, in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8));
            return beginnings.has(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String locations(Stream<String> names) {
        return names.sorted().map(name -> ALL.replace("*", name)).collect(Collectors.joining(","));
    }
}
