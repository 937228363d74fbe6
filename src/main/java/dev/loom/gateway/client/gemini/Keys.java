package dev.loom.gateway.client.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Google reads its keys in camel case and in snake case. */
final class Keys {

    private static final Pattern CAPITAL = Pattern.compile("(?=[A-Z])");

    private static final Pattern UNDERSCORE = Pattern.compile("_([a-z0-9])");

    /** Objects whose keys are the client's own: what stands below them is not Google's language. */
    private static final Set<String> FREE = Set.of(
            "args",
            "response",
            "labels",
            "default",
            "example",
            "parametersJsonSchema",
            "parameters_json_schema",
            "responseJsonSchema",
            "response_json_schema");

    /** Whose keys are the client's own and whose values are not. */
    private static final Set<String> MAPS = Set.of("properties", "defs");

    private Keys() {}

    /**
     * Of two spellings of one field, one reader would take the first and another one the last.
     *
     * @throws InvalidRequest if an object has a field in both
     */
    static void unambiguous(Value value) throws InvalidRequest {
        for (Value item : value.json().isArray() ? value.items() : List.<Value>of()) {
            unambiguous(item);
        }
        for (Map.Entry<String, JsonNode> field : value.json().properties()) {
            String key = field.getKey();
            String camel = key.indexOf('_') < 0 ? key : camel(key);
            if (!camel.equals(key) && value.json().has(camel)) {
                throw value.at(camel).invalid("stands twice, also as '" + key + "'. Leave one of them out.");
            }
            if (field.getValue().isContainerNode() && !FREE.contains(key)) {
                below(value.at(key), MAPS.contains(key));
            }
        }
    }

    private static void below(Value value, boolean map) throws InvalidRequest {
        if (!map) {
            unambiguous(value);
            return;
        }
        for (String own : (Iterable<String>) value.json()::fieldNames) {
            unambiguous(value.at(own));
        }
    }

    private static String camel(String key) {
        return UNDERSCORE.matcher(key).replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
    }

    /** The entries of a list, or the only one where no list is made of it: Google reads both. */
    static List<Value> items(Value list) throws InvalidRequest {
        return list.json().isObject() ? List.of(list) : list.items();
    }

    /** @param key in camel case */
    static Value at(Value object, String key) {
        Value camel = object.at(key);
        Value snake = object.at(snake(key));
        return camel.json().isMissingNode() && !snake.json().isMissingNode() ? snake : camel;
    }

    /** @param key in camel case, which comes first */
    static List<String> spellings(String key) {
        return List.of(key, snake(key));
    }

    private static String snake(String key) {
        return CAPITAL.matcher(key).replaceAll("_").toLowerCase(Locale.ROOT);
    }
}
