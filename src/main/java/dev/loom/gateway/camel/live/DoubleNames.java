package dev.loom.gateway.camel.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.serialization.JsonNodeReader;
import com.networknt.schema.utils.JsonNodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Names that a file gives twice, and that only one can have. Camel says so without a place, or lets the last one win. */
final class DoubleNames {

    private static final String STEP = "a route or step";

    /** What has a name of its own, by the key above it, with the key of the name. */
    private static final Map<String, String> NAMED =
            Map.of("routeConfiguration", "id", "routeTemplate", "id", "templatedRoute", "routeId", "beans", "name");

    private static final Map<String, String> KINDS = Map.of(
            "routeConfiguration", "a route configuration",
            "routeTemplate", "a route template",
            "templatedRoute", STEP,
            "beans", "a bean");

    /** The line of each, by its kind and name. */
    private final Map<String, Integer> taken = new HashMap<>();

    private final List<String> problems = new ArrayList<>();

    private DoubleNames() {}

    /** Each with both lines; empty if there is none. */
    static List<String> problems(String text) {
        DoubleNames names = new DoubleNames();
        JsonNodeReader lines = JsonNodeReader.builder().locationAware().build();
        try {
            for (JsonNode item : lines.readTree(text, InputFormat.YAML)) {
                names.item(item);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names.problems;
    }

    private void item(JsonNode item) {
        NAMED.forEach((key, name) -> {
            JsonNode named = item.path(key);
            String kind = KINDS.getOrDefault(key, STEP);
            (named.isArray() ? named : List.of(named)).forEach(each -> take(kind, each.path(name)));
        });
        ids(item);
        template(item.path("routeTemplate"));
    }

    /** Its steps are those of no other one, and of no route of this file. */
    private void template(JsonNode template) {
        DoubleNames own = new DoubleNames();
        own.ids(template.path("route"));
        own.ids(template.path("from"));
        problems.addAll(own.problems);
    }

    private void ids(JsonNode node) {
        node.properties().forEach(entry -> {
            if (entry.getKey().equals("id")) {
                take(STEP, entry.getValue());
            }
            if (!Beginnings.OTHER_IDS.contains(entry.getKey())) {
                ids(entry.getValue());
            }
        });
        if (node.isArray()) {
            node.forEach(this::ids);
        }
    }

    private void take(String kind, JsonNode name) {
        if (!name.isValueNode() || name.asText().contains("{")) {
            return;
        }
        int line = JsonNodes.tokenLocationOf(name).getLineNr();
        Integer other = taken.putIfAbsent(kind + " " + name.asText(), line);
        if (other != null) {
            String what = kind.endsWith("bean") ? "name" : "id";
            problems.add("line " + line + ": the " + what + " '" + name.asText() + "' is taken by " + kind + " in line "
                    + other + " of this file; give one of them another " + what);
        }
    }
}
