package dev.loom.gateway.camel.live;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Names of route configurations that a route has written with a space beside them, with which Camel finds none. */
final class SpacedNames {

    private static final String KEY = "routeConfigurationId";

    /** What is told, each with its place, by the name. */
    private final Map<String, Set<String>> told = new LinkedHashMap<>();

    /** @param ids all names that a route has written */
    void note(String file, String text, String ids) {
        for (String id : ids.split(",", -1)) {
            if (isOne(id)) {
                told.computeIfAbsent(id, key -> new LinkedHashSet<>())
                        .add(file + ": " + line(text.lines().toList(), ids) + problem(id, ids));
            }
        }
    }

    private static String line(List<String> lines, String ids) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(KEY) && lines.get(i).contains(ids)) {
                return "line " + (i + 1) + ": ";
            }
        }
        return "";
    }

    static boolean isOne(String id) {
        return !id.equals(id.strip());
    }

    /** @param ids all names that the route has written */
    static String problem(String id, String ids) {
        return "the name '" + id + "' of a route configuration has a space in it; write "
                + String.join(",", ids.strip().split("\\s*,\\s*", -1));
    }

    /** @param known names that there are, with their spaces */
    List<String> problems(Set<String> known) {
        return told.entrySet().stream()
                .filter(name -> !known.contains(name.getKey()))
                .flatMap(name -> name.getValue().stream())
                .toList();
    }
}
