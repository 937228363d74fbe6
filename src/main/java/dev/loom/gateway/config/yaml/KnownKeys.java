package dev.loom.gateway.config.yaml;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Where the keys of the file may stand, by the published schema: tells where one belongs that stands elsewhere. */
public final class KnownKeys {

    private static final String SCHEMA = "/schema/ai-gateway.schema.json";

    private static final String CLIENT = "; set CAMEL_SERVER_";
    private static final String IN_PROPERTIES = " in application.properties";

    /** More places of one key are no help. */
    private static final int MOST = 2;

    /** What the environment and Camel's settings say, by where people look for it. */
    private static final Map<String, String> SET_ELSEWHERE = Map.of(
            "ai_gateway.port", CLIENT + "PORT, or camel.server.port" + IN_PROPERTIES,
            "ai_gateway.host", CLIENT + "HOST, or camel.server.host" + IN_PROPERTIES,
            "ai_gateway.server.port", CLIENT + "PORT, or camel.server.port" + IN_PROPERTIES,
            "ai_gateway.server.host", CLIENT + "HOST, or camel.server.host" + IN_PROPERTIES,
            "ai_gateway.admin.port", "; set CAMEL_MANAGEMENT_PORT, or camel.management.port" + IN_PROPERTIES);

    /** Read when the first unknown key is met. */
    private static final class Holder {
        static final KnownKeys KEYS = new KnownKeys();
    }

    /** What a key may stand under, by the key. */
    private final Map<String, List<String>> parents = new HashMap<>();

    private final JsonNode schema;

    private KnownKeys() {
        try (InputStream in = Objects.requireNonNull(KnownKeys.class.getResourceAsStream(SCHEMA), SCHEMA)) {
            schema = new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        collect(schema, "");
    }

    private void collect(JsonNode written, String path) {
        JsonNode node = resolved(written);
        node.path("properties").properties().forEach(property -> {
            String key = property.getKey();
            parents.computeIfAbsent(key, k -> new ArrayList<>()).add(path);
            collect(property.getValue(), path.isEmpty() ? key : path + "." + key);
        });
        node.path("anyOf").forEach(choice -> collect(choice, path));
        if (node.has("items")) {
            collect(node.get("items"), path + "[]");
        }
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? schema.at(node.get("$ref").asText().substring(1)) : node;
    }

    public static boolean isIn(String parent, String key) {
        return Holder.KEYS.parents.getOrDefault(key, List.of()).contains(parent);
    }

    /**
     * {@code "; it belongs under x: path"} for a key that is known elsewhere, the nearest place first, or nothing. What is no
     * key of this file at all, such as a port, is told where it is set. Nothing, too, for a key that is the singular or
     * plural of one that may stand here.
     *
     * @param at where the key stands now
     * @param allowed the keys that may stand beside it
     */
    static String belonging(Place at, String key, Collection<String> allowed) {
        String setElsewhere = SET_ELSEWHERE.get(at.path());
        if (setElsewhere != null) {
            return setElsewhere;
        }
        String here = at.path().replaceAll("\\[\\d+]", "[]");
        String parent = here.length() > key.length() ? here.substring(0, here.length() - key.length() - 1) : "";
        String meant = MeantKeys.of(parent, key);
        if (meant != null) {
            return "; write " + name(parent, meant) + ": " + meant;
        }
        return isSingularOrPlural(key, allowed) ? "" : nearest(parent, key);
    }

    private static boolean isSingularOrPlural(String key, Collection<String> allowed) {
        return allowed.contains(key + "s")
                || (key.endsWith("s") && allowed.contains(key.substring(0, key.length() - 1)));
    }

    private static String nearest(String parent, String key) {
        List<String> others = Holder.KEYS.parents.getOrDefault(key, List.of());
        int nearest =
                others.stream().mapToInt(other -> distance(parent, other)).min().orElse(0);
        List<String> near = alike(
                parent,
                others.stream()
                        .filter(other -> distance(parent, other) == nearest)
                        .toList());
        return near.isEmpty() || near.size() > MOST
                ? ""
                : "; it belongs under "
                        + near.stream().map(other -> name(parent, other)).collect(joining(" or ")) + ": "
                        + near.stream().map(other -> other + "." + key).collect(joining(", "));
    }

    /** Those that are called as the place where the key stands now, if any is; else all. */
    private static List<String> alike(String from, List<String> others) {
        List<String> same = others.stream()
                .filter(other -> other.endsWith(from.substring(from.lastIndexOf('.') + 1)))
                .toList();
        return same.isEmpty() ? others : same;
    }

    /** Levels up from the one, and down to the other. */
    private static int distance(String from, String to) {
        List<String> up = levels(from);
        List<String> down = levels(to);
        return up.size() + down.size() - 2 * common(up, down);
    }

    /** As short as whoever stands at the one can understand the other. */
    private static String name(String from, String to) {
        List<String> down = levels(to);
        int shared = common(levels(from), down);
        return String.join(".", down.subList(Math.min(shared, down.size() - 1), down.size()));
    }

    private static int common(List<String> left, List<String> right) {
        int shared = 0;
        while (shared < left.size() && shared < right.size() && left.get(shared).equals(right.get(shared))) {
            shared++;
        }
        return shared;
    }

    private static List<String> levels(String path) {
        return path.isEmpty() ? List.of() : List.of(path.split("\\."));
    }
}
