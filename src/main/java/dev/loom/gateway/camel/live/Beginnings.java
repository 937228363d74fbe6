package dev.loom.gateway.camel.live;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Where the routes of files begin, how they are named, and what they need, as far as it can be read without Camel. */
public final class Beginnings {

    private static final String DIRECT = "direct:";
    private static final String OURS = "direct:loom-";
    private static final String KAMELET = "kamelet:";

    /** Stands before the name of a route configuration, among addresses. */
    private static final String CONFIGURATION = "routeConfiguration:";

    /** Nobody needs them: where there is none, a request passes by. */
    private static final String HOOKS = "direct:loom-on-";

    /** Each provider of the configuration has one. */
    private static final String PROVIDER = "direct:loom-provider-";

    /** What the gateway's own Kamelets call. */
    private static final Map<String, String> KAMELETS =
            Map.of("llm-chat-action", "direct:loom-ask", "llm-embeddings-action", "direct:loom-ask-embeddings");

    /** What is taken, and is no address. */
    private static final Pattern NAMES = Pattern.compile("id |bean |" + CONFIGURATION);

    /** Below them an {@code id} is none of a step, or one that need not be the only one. */
    static final Set<String> OTHER_IDS =
            Set.of("parameters", "properties", "routeTemplate", "routeConfiguration", "templatedRoute", "beans");

    private final Set<String> needed = new TreeSet<>();
    private final Set<String> begun = new TreeSet<>();

    /** The file of each id, and of each address where only one route can begin. */
    private final Map<String, String> taken = new HashMap<>();

    private final Set<String> clashes = new LinkedHashSet<>();
    private String file = "";
    private String text = "";

    /** Names that a file gives twice itself. */
    private final Set<String> doubled = new LinkedHashSet<>();

    private final SpacedNames spaced = new SpacedNames();

    /** What is no YAML, Camel tells. */
    public void read(String name, String text) {
        file = name;
        this.text = text;
        doubled.clear();
        try {
            for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(text)) {
                walk(document, true);
                beans(document);
            }
            if (!doubled.isEmpty()) {
                List<String> lines = DoubleNames.problems(text);
                // They are unknown of a name that comes from an alias.
                (lines.isEmpty() ? doubled : lines).forEach(problem -> clashes.add(name + ": " + problem));
            }
        } catch (YamlEngineException notYaml) {
            // See above.
        }
    }

    /** Those of a template are its own. */
    private void beans(@Nullable Object document) {
        for (Object item : document instanceof List<?> list ? list : List.of()) {
            Object beans = item instanceof Map<?, ?> map ? map.get("beans") : null;
            for (Object bean : beans instanceof List<?> list ? list : List.of()) {
                Object name = bean instanceof Map<?, ?> map ? map.get("name") : null;
                if (name != null) {
                    take("bean " + name, "the name '" + name + "' is taken by a bean", "; give yours another name");
                }
            }
        }
    }

    /** @param ids whether ids of routes and steps stand here */
    private void walk(@Nullable Object node, boolean ids) {
        if (node instanceof Map<?, ?> map) {
            map.forEach((name, value) -> {
                String key = String.valueOf(name);
                note(key, value, ids);
                walk(value, ids && !OTHER_IDS.contains(key));
            });
        } else if (node instanceof List<?> list) {
            list.forEach(each -> walk(each, ids));
        } else {
            call(String.valueOf(node));
        }
    }

    private void note(String key, @Nullable Object value, boolean ids) {
        String word = String.valueOf(value instanceof Map<?, ?> map ? map.get("name") : value);
        switch (key) {
            case "from" -> begin(value);
            case "id" -> {
                if (ids && !(value instanceof Map) && !word.contains("{")) {
                    take("id " + word, "the id '" + word + "' is taken by a route or step", "; give yours another id");
                }
            }
            case "kamelet" -> call(KAMELET + word);
            case "routeConfiguration" -> {
                if (value instanceof Map<?, ?> map) {
                    configuration(map.get("id"));
                }
            }
            case "routeConfigurationId" -> configured(word);
            default -> {
                // It names nothing.
            }
        }
    }

    private void configured(String ids) {
        spaced.note(file, text, ids);
        List.of(ids.split(",", -1)).stream()
                .filter(id -> !SpacedNames.isOne(id))
                .forEach(id -> needed.add(CONFIGURATION + id));
    }

    private void configuration(@Nullable Object id) {
        begun.add(CONFIGURATION + id);
        if (id != null) {
            take(
                    CONFIGURATION + id,
                    "the id '" + id + "' is taken by a route configuration",
                    "; give yours another id");
        }
    }

    private void call(String text) {
        if (text.startsWith(OURS) && !text.contains("{")) {
            needed.add(plain(text));
        } else if (text.startsWith(KAMELET)) {
            String called = KAMELETS.get(text.replaceFirst("^kamelet:(//)?", "").split("[?/]", 2)[0]);
            if (called != null) {
                needed.add(called);
            }
        }
    }

    private void begin(@Nullable Object from) {
        Map<?, ?> map = from instanceof Map<?, ?> written ? written : Map.of("uri", String.valueOf(from));
        String uri = plain(String.valueOf(map.get("uri")));
        Map<?, ?> parameters = map.get("parameters") instanceof Map<?, ?> given ? given : Map.of();
        begun.add(uri);
        for (String place : places(uri, parameters.get("httpMethodRestrict"))) {
            take(place, uri + " is where a route", " begins already; give yours another address");
        }
    }

    /**
     * What only one route can have of those that begin here; empty where many may.
     *
     * @param uri without its parameters
     * @param methods of HTTP, as they are written; null for all of them
     */
    static List<String> places(String uri, @Nullable Object methods) {
        if (uri.startsWith(DIRECT)) {
            return List.of(uri);
        }
        if (!uri.matches("(platform-http|loom-http|loom-admin):.*")) {
            return List.of();
        }
        String each = methods == null ? "GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS" : String.valueOf(methods);
        return List.of(each.toUpperCase(Locale.ROOT).split("\\s*,\\s*", -1)).stream()
                .map(method -> method.strip() + " " + uri)
                .toList();
    }

    private void take(String what, String before, String behind) {
        String other = taken.putIfAbsent(what, file);
        if (file.equals(other) && NAMES.matcher(what).lookingAt()) {
            doubled.add(before + " of this file" + behind + ", or remove the other one");
        } else if (other != null) {
            String whose = other.equals(file) ? " of this file" : " of " + other;
            clashes.add(file + ": " + before + whose + behind + ", or remove the other one");
        }
    }

    /** A URI in its short form, without its parameters. */
    static String plain(String uri) {
        return uri.split("\\?", 2)[0].replace("://", ":");
    }

    /** What the files need of the gateway's own, and none of them has: addresses and route configurations. */
    public Set<String> missing() {
        Set<String> missing = new TreeSet<>(needed);
        missing.removeAll(begun);
        missing.removeIf(name -> isHook(name) || name.startsWith(PROVIDER) || name.contains("*") || name.contains("{"));
        return missing;
    }

    /** Whether the gateway passes by where no route begins with it. */
    static boolean isHook(String uri) {
        return uri.startsWith(HOOKS);
    }

    /** Whether a route begins there, or whether there is this route configuration. */
    public boolean has(String name) {
        return begun.contains(name);
    }

    /** Ids of route configurations, those included that a precondition switches off. */
    Set<String> configurations() {
        return begun.stream()
                .filter(name -> name.startsWith(CONFIGURATION))
                .map(name -> name.substring(CONFIGURATION.length()))
                .collect(Collectors.toSet());
    }

    /** @param id null for one that has none */
    boolean hasConfiguration(@Nullable String id) {
        return has(CONFIGURATION + id);
    }

    /** Where routes begin, as URIs without their parameters, and names of route configurations. */
    public Set<String> begun() {
        return begun;
    }

    /** Names of route configurations that have a space in front of them or behind them, each with its place. */
    public List<String> spaces() {
        return spaced.problems(configurations());
    }

    /** Ids, addresses and HTTP paths that are taken twice, each once. */
    public List<String> clashes() {
        return List.copyOf(clashes);
    }
}
