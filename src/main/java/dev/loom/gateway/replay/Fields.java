package dev.loom.gateway.replay;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys of one JSON object in the file of requests, read with a complaint about whatever is not as documented. */
final class Fields {

    private final JsonNode json;
    private final String where;

    /**
     * @param where the file, the line and, below the top, the key
     * @throws ReplayFailed if it is no object, or has a key beyond these
     */
    Fields(JsonNode json, String where, List<String> allowed) throws ReplayFailed {
        this.json = json;
        this.where = where;
        if (!json.isObject()) {
            throw wrong("must be a JSON object");
        }
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (!allowed.contains(field.getKey())) {
                throw wrong("unknown key '" + field.getKey() + "'; allowed are " + String.join(", ", allowed));
            }
        }
    }

    ReplayFailed wrong(String what) {
        return new ReplayFailed(where + ": " + what);
    }

    /** A missing node where it is not there or null. */
    JsonNode get(String key) {
        return json.hasNonNull(key) ? json.get(key) : json.path("");
    }

    String text(String key, @Nullable String absent) throws ReplayFailed {
        JsonNode value = get(key);
        if (value.isMissingNode() && absent != null) {
            return absent;
        }
        if (!value.isTextual() || value.textValue().isBlank()) {
            throw wrong("'" + key + "' must be a text");
        }
        return value.textValue();
    }

    boolean flag(String key) throws ReplayFailed {
        JsonNode value = get(key);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw wrong("'" + key + "' must be true or false");
        }
        return value.booleanValue();
    }

    int whole(String key) throws ReplayFailed {
        Integer number = wholeIfAny(key);
        if (number == null) {
            throw wrong("'" + key + "' is required");
        }
        return number;
    }

    @Nullable
    Integer wholeIfAny(String key) throws ReplayFailed {
        JsonNode value = get(key);
        if (value.isMissingNode()) {
            return null;
        }
        if (!value.canConvertToInt() || !value.isIntegralNumber() || value.intValue() < 0) {
            throw wrong("'" + key + "' must be a whole number, not negative");
        }
        return value.intValue();
    }

    @Nullable
    Duration millis(String key) throws ReplayFailed {
        Integer millis = wholeIfAny(key);
        return millis == null ? null : Duration.ofMillis(millis);
    }
}
