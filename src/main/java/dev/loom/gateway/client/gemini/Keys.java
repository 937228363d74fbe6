package dev.loom.gateway.client.gemini;

import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Google reads its keys in camel case and in snake case. */
final class Keys {

    private static final Pattern CAPITAL = Pattern.compile("(?=[A-Z])");

    private Keys() {}

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
