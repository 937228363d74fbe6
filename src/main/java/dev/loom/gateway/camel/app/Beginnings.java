package dev.loom.gateway.camel.app;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Where the routes of files begin, and what they call, as far as it can be read without Camel. */
final class Beginnings {

    private static final String OURS = "direct:loom-";
    private static final String HTTP = "platform-http:";

    /** Nobody needs them: where there is none, a request passes by. */
    private static final String HOOKS = "direct:loom-on-";

    private final Set<String> called = new TreeSet<>();
    private final Set<String> begun = new HashSet<>();

    /** The file of each HTTP path, with its methods. */
    private final Map<String, String> paths = new LinkedHashMap<>();

    private final List<String> clashes = new ArrayList<>();

    /** What is no YAML, Camel tells. */
    void read(String file, String text) {
        try {
            for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(text)) {
                walk(file, document);
            }
        } catch (YamlEngineException notYaml) {
            // See above.
        }
    }

    private void walk(String file, @Nullable Object node) {
        if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                if (key.equals("from")) {
                    begin(file, value);
                }
                walk(file, value);
            });
        } else if (node instanceof List<?> list) {
            list.forEach(each -> walk(file, each));
        } else if (String.valueOf(node).startsWith(OURS)
                && !String.valueOf(node).contains("{")) {
            called.add(plain(String.valueOf(node)));
        }
    }

    private void begin(String file, @Nullable Object from) {
        Map<?, ?> map = from instanceof Map<?, ?> written ? written : Map.of("uri", String.valueOf(from));
        String uri = plain(String.valueOf(map.get("uri")));
        begun.add(uri);
        if (uri.startsWith(HTTP)) {
            Map<?, ?> parameters = map.get("parameters") instanceof Map<?, ?> given ? given : Map.of();
            for (String method : methods(parameters.get("httpMethodRestrict"))) {
                String other = paths.putIfAbsent(method + " " + uri, file);
                if (other != null && !other.equals(file)) {
                    clashes.add(file + ": " + uri + " is where a route of " + other
                            + " begins already; give your route another path, or remove the other one");
                }
            }
        }
    }

    private static List<String> methods(@Nullable Object restricted) {
        return restricted == null
                ? List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
                : List.of(String.valueOf(restricted).toUpperCase(Locale.ROOT).split("\\s*,\\s*", -1));
    }

    private static String plain(String uri) {
        return uri.split("\\?", 2)[0].replace("://", ":");
    }

    /** Addresses of the gateway's own routes that are called and that no route has. */
    Set<String> missing() {
        Set<String> missing = new TreeSet<>(called);
        missing.removeAll(begun);
        missing.removeIf(address -> address.startsWith(HOOKS));
        return missing;
    }

    boolean has(String address) {
        return begun.contains(address);
    }

    /** HTTP paths at which routes of two files begin, each once. */
    List<String> clashes() {
        return clashes.stream().distinct().toList();
    }
}
