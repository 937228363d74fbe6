package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.Section;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code request}: how a request's body is changed last of all, in the provider's own words. Paths are names with dots
 * between them; {@code *} stands for every entry of a list or map. Applied in the order of the components.
 *
 * @param rename path to another path, a text, or path to a map of old value to new value
 * @param drop paths
 * @param defaults path to the value where the request has none
 * @param set path to the value, whatever the request has
 */
public record RequestConfig(
        Map<String, Object> rename, List<String> drop, Map<String, Object> defaults, Map<String, Object> set) {

    /** Nothing is changed. */
    public static final RequestConfig NONE = new RequestConfig(Map.of(), List.of(), Map.of(), Map.of());

    private static final String PATH = "(\\*\\.|[^\\s.*]+\\.)*[^\\s.*]+";
    private static final String WANTED = "a path such as stream_options.include_usage or messages.*.name";

    /** Whether an answer is a stream is between the client and the gateway. */
    private static final String STREAM = "stream";

    static RequestConfig read(Section s) {
        List<String> drop = s.list("drop", Types.matching(PATH, WANTED));
        if (drop.contains(STREAM)) {
            s.error("drop", "must not have \"stream\": it is the client's choice");
        }
        return new RequestConfig(
                s.section("rename", RequestConfig::renames),
                drop,
                s.section("default", RequestConfig::values),
                s.section("set", RequestConfig::values));
    }

    private static Map<String, Object> values(Section s) {
        Map<String, Object> values = s.trees();
        values.keySet().forEach(path -> check(s, path, path));
        return values;
    }

    private static Map<String, Object> renames(Section s) {
        Map<String, Object> renames = new LinkedHashMap<>(s.trees());
        renames.replaceAll((path, to) -> {
            check(s, path, path);
            if (to instanceof Map<?, ?> values) {
                return texts(s, path, values);
            }
            String other = to instanceof String text ? text : "";
            check(s, path, other);
            if (!stars(path).equals(stars(other))) {
                s.error(path, "must be a path with the same beginning up to its last *");
            }
            return other;
        });
        return renames;
    }

    private static Map<String, String> texts(Section s, String path, Map<?, ?> values) {
        Map<String, String> texts = new LinkedHashMap<>();
        values.forEach((from, to) -> {
            if (!(to instanceof String text)) {
                s.error(path, "must be a map of text to text");
            } else {
                texts.put(String.valueOf(from), text);
            }
        });
        return texts;
    }

    private static String stars(String path) {
        return path.substring(0, path.lastIndexOf('*') + 1);
    }

    private static void check(Section s, String key, String path) {
        if (!path.matches(PATH)) {
            s.error(key, "must be " + WANTED);
        } else if (path.equals(STREAM)) {
            s.error(key, "must not be \"stream\": it is the client's choice");
        }
    }
}
