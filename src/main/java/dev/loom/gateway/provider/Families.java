package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.config.ProviderConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The APIs of {@code loom/families.json}, which says of each fact where it comes from. */
final class Families {

    /** Of a provider of which nothing is known but its language. */
    private static final Family NONE = new Family("none", List.of(), null, true, null);

    private static final List<Family> ALL = read();

    private Families() {}

    static Family of(ProviderConfig provider) {
        return ALL.stream().filter(family -> family.has(provider)).findFirst().orElse(NONE);
    }

    private static List<Family> read() {
        try (InputStream in = Families.class.getResourceAsStream("/loom/families.json")) {
            JsonNode json = Json.MAPPER.readTree(Objects.requireNonNull(in));
            List<Family> families = new ArrayList<>();
            json.path("families").forEach(family -> families.add(Family.read(family)));
            return List.copyOf(families);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
