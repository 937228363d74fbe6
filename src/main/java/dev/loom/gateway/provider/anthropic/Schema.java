package dev.loom.gateway.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import java.util.Set;

/**
 * A JSON Schema in the part of the language that Anthropic enforces: objects are closed, {@code oneOf} becomes
 * {@code anyOf}, and bounds on numbers, lengths and sizes go. Values ({@code enum}, {@code const}, {@code default})
 * and the names of properties are left alone, whatever they are called.
 */
final class Schema {

    private static final Set<String> DROPPED = Set.of(
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "minLength",
            "maxLength",
            "pattern",
            "minItems",
            "maxItems",
            "uniqueItems",
            "minContains",
            "maxContains",
            "minProperties",
            "maxProperties");
    private static final Set<String> FORMATS =
            Set.of("date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid");
    private static final Set<String> NAMED_SCHEMAS =
            Set.of("properties", "$defs", "definitions", "patternProperties", "dependentSchemas");
    private static final Set<String> VALUES = Set.of("enum", "const", "default", "examples");

    private Schema() {}

    /** What is asked for is an object, even where the client would take null instead. */
    static JsonNode ofAnswer(JsonNode schema) {
        JsonNode cleaned = clean(schema);
        if (cleaned instanceof ObjectNode object && object.path("type").isArray() && isObject(object)) {
            object.put("type", "object");
        }
        return cleaned;
    }

    static JsonNode clean(JsonNode schema) {
        if (schema.isArray()) {
            ArrayNode cleaned = Json.array();
            schema.forEach(item -> cleaned.add(clean(item)));
            return cleaned;
        }
        return schema instanceof ObjectNode object ? cleanObject(object) : schema;
    }

    private static ObjectNode cleanObject(ObjectNode schema) {
        ObjectNode cleaned = Json.object();
        schema.properties().forEach(field -> add(cleaned, field.getKey(), field.getValue()));
        if (isObject(schema)) {
            cleaned.put("additionalProperties", false);
        }
        return cleaned;
    }

    private static void add(ObjectNode cleaned, String key, JsonNode value) {
        boolean foreignFormat = key.equals("format") && !FORMATS.contains(value.asText());
        if (VALUES.contains(key)) {
            cleaned.set(key, value);
        } else if (NAMED_SCHEMAS.contains(key) && value.isObject()) {
            ObjectNode named = cleaned.putObject(key);
            value.properties().forEach(field -> named.set(field.getKey(), clean(field.getValue())));
        } else if (!DROPPED.contains(key) && !foreignFormat) {
            cleaned.set(key.equals("oneOf") ? "anyOf" : key, clean(value));
        }
    }

    private static boolean isObject(ObjectNode schema) {
        JsonNode type = schema.path("type");
        boolean named = type.asText().equals("object");
        for (JsonNode one : type) {
            named |= one.asText().equals("object");
        }
        return named || schema.path("properties").isObject();
    }
}
