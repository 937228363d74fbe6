package dev.loom.gateway.client.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import java.util.Locale;

/** Gemini's subset of OpenAPI 3.0 as the JSON Schema that everybody else reads. */
final class Schema {

    private Schema() {}

    /** Types in small letters, null as one of them, and no order of properties. */
    static JsonNode plain(JsonNode schema) {
        if (!(schema instanceof ObjectNode object)) {
            return schema;
        }
        ObjectNode plain = Json.object();
        object.properties().forEach(field -> add(plain, field.getKey(), field.getValue()));
        if (object.path("nullable").asBoolean() && plain.path("type").isTextual()) {
            JsonNode type = plain.path("type");
            plain.putArray("type").add(type).add("null");
        }
        return plain;
    }

    private static void add(ObjectNode plain, String key, JsonNode value) {
        switch (key) {
            case "nullable", "propertyOrdering", "property_ordering" -> {}
            case "type" -> plain.put(key, value.asText().toLowerCase(Locale.ROOT));
            case "properties" -> {
                ObjectNode properties = plain.putObject(key);
                value.properties().forEach(one -> properties.set(one.getKey(), plain(one.getValue())));
            }
            case "items" -> plain.set(key, plain(value));
            case "anyOf", "any_of" -> {
                ArrayNode schemas = plain.putArray("anyOf");
                value.forEach(one -> schemas.add(plain(one)));
            }
            default -> plain.set(key, value);
        }
    }
}
