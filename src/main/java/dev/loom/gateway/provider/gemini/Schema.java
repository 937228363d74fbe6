package dev.loom.gateway.provider.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnsupportedRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * JSON Schema in the dialect that Gemini models before 2.5 read, a subset of OpenAPI 3.0: references inlined, types in
 * capitals, {@code nullable} in place of the type null, {@code anyOf} in place of {@code oneOf}, one shape in place
 * of {@code allOf}. Keywords that it has no word for, such as {@code additionalProperties}, are left out: the model
 * is then less bound than the schema says.
 */
final class Schema {

    private static final Set<String> KEPT = Set.of(
            "title",
            "description",
            "default",
            "minItems",
            "maxItems",
            "minProperties",
            "maxProperties",
            "minLength",
            "maxLength",
            "minimum",
            "maximum",
            "pattern",
            "required");
    private static final Set<String> FORMATS = Set.of("date-time", "float", "double", "int32", "int64");

    /** Inlining can blow up a small text without bound; a schema that people write has a few hundred nodes. */
    private static final int MOST_NODES = 10_000;

    /** Steps into each other; every step takes some stack. */
    private static final int DEEPEST = 200;

    private final JsonNode root;
    private final String place;
    private final Deque<String> open = new ArrayDeque<>();
    private int nodes;
    private int depth;

    private Schema(JsonNode root, String place) {
        this.root = root;
        this.place = place;
    }

    /**
     * The schema as far as the subset can say it.
     *
     * @param place where the schema stands in the request, for the message
     * @throws UnsupportedRequest if it refers to itself, to another document or to nothing, or is too large
     */
    static ObjectNode of(JsonNode schema, String place) {
        return new Schema(schema, place).convert(schema);
    }

    private ObjectNode convert(JsonNode schema) {
        if (++nodes > MOST_NODES || ++depth > DEEPEST) {
            throw refused("is too large or too deep once its references are written out");
        }
        ObjectNode result =
                schema.path("$ref").isTextual() ? reference(schema.get("$ref").textValue()) : written(schema);
        depth--;
        return result;
    }

    private ObjectNode written(JsonNode schema) {
        ObjectNode result = Json.object();
        for (JsonNode part : schema.path("allOf")) {
            merge(convert(part), result);
        }
        merge(own(schema), result);
        return result;
    }

    private ObjectNode own(JsonNode schema) {
        ObjectNode result = Json.object();
        type(schema.path("type"), result);
        for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
            keyword(keyword.getKey(), keyword.getValue(), result);
        }
        return result;
    }

    private void keyword(String name, JsonNode value, ObjectNode into) {
        if (KEPT.contains(name)) {
            into.set(name, value);
            return;
        }
        switch (name) {
            case "properties" -> properties(value, into);
            case "items" -> into.set("items", convert(value));
            case "anyOf", "oneOf" -> alternatives(value, into);
            case "enum" -> choices(value, into);
            case "const" -> choices(Json.array().add(value), into);
            case "format" -> format(value, into);
            default -> {} // no counterpart
        }
    }

    private void properties(JsonNode properties, ObjectNode into) {
        ObjectNode converted = into.putObject("properties");
        ArrayNode order = into.putArray("propertyOrdering");
        for (Map.Entry<String, JsonNode> property : properties.properties()) {
            converted.set(property.getKey(), convert(property.getValue()));
            order.add(property.getKey());
        }
    }

    private void alternatives(JsonNode schemas, ObjectNode into) {
        ArrayNode converted = Json.array();
        for (JsonNode schema : schemas) {
            if (schema.path("type").asText("").equals("null")) {
                into.put("nullable", true);
            } else {
                converted.add(convert(schema));
            }
        }
        if (converted.size() == 1) {
            merge((ObjectNode) converted.get(0), into);
        } else if (!converted.isEmpty()) {
            into.set("anyOf", converted);
        }
    }

    /** {@code "string"}, or a list of which null may be one. */
    private static void type(JsonNode type, ObjectNode into) {
        ArrayNode types = Json.array();
        for (JsonNode one : type.isArray() ? type : Json.array().add(type)) {
            if (one.asText("").equals("null")) {
                into.put("nullable", true);
            } else if (one.isTextual()) {
                types.addObject().put("type", one.textValue().toUpperCase(Locale.ROOT));
            }
        }
        if (types.size() == 1) {
            into.set("type", types.get(0).get("type"));
        } else if (!types.isEmpty()) {
            into.set("anyOf", types);
        }
    }

    /** The subset has enumerations of strings only. */
    private static void choices(JsonNode values, ObjectNode into) {
        ArrayNode strings = Json.array();
        boolean other = false;
        for (JsonNode value : values) {
            if (value.isTextual()) {
                strings.add(value);
            } else if (value.isNull()) {
                into.put("nullable", true);
            } else {
                other = true;
            }
        }
        if (!strings.isEmpty() && !other) {
            into.put("type", "STRING").put("format", "enum").set("enum", strings);
        }
    }

    private static void format(JsonNode format, ObjectNode into) {
        if (FORMATS.contains(format.asText("")) && !into.has("format")) {
            into.set("format", format);
        }
    }

    private ObjectNode reference(String reference) {
        if (!reference.startsWith("#") || open.contains(reference)) {
            throw refused("refers to '" + reference + "', which is "
                    + (open.contains(reference) ? "part of itself" : "in another document"));
        }
        JsonNode target = target(reference);
        open.push(reference);
        ObjectNode result = convert(target);
        open.pop();
        return result;
    }

    private JsonNode target(String reference) {
        JsonNode node = root;
        for (String step : List.of(reference.substring(1).split("/"))) {
            if (!step.isEmpty()) {
                node = node.path(step.replace("~1", "/").replace("~0", "~"));
            }
        }
        if (!node.isObject()) {
            throw refused("refers to '" + reference + "', which is not there");
        }
        return node;
    }

    /** Lays one shape over another; properties and required names add up. */
    private static void merge(ObjectNode from, ObjectNode into) {
        for (Map.Entry<String, JsonNode> entry : from.properties()) {
            JsonNode present = into.path(entry.getKey());
            if (entry.getKey().equals("properties") && present instanceof ObjectNode properties) {
                properties.setAll((ObjectNode) entry.getValue());
            } else if (present instanceof ArrayNode array && entry.getValue() instanceof ArrayNode more) {
                into.set(entry.getKey(), array.deepCopy().addAll(more));
            } else {
                into.set(entry.getKey(), entry.getValue());
            }
        }
    }

    private UnsupportedRequest refused(String why) {
        return new UnsupportedRequest(
                "This model takes no such schema: it " + why + ". Gemini 2.5 and later take it.", place);
    }
}
