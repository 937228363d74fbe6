package dev.loom.gateway.provider.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnsupportedRequest;
import java.util.Map;

/** A value that fits a JSON schema, always the same one. Of what a {@code pattern} asks for it knows nothing. */
final class SampleValue {

    private static final String TEXT = "simulated";

    /** Values within values; schemas may be endless. */
    private static final int DEEPEST = 12;

    private static final Map<String, String> FORMATS = Map.of(
            "date", "2026-01-01",
            "date-time", "2026-01-01T00:00:00Z",
            "time", "00:00:00Z",
            "email", "someone@example.com",
            "uri", "https://example.com/",
            "uuid", "00000000-0000-4000-8000-000000000000",
            "hostname", "example.com",
            "ipv4", "192.0.2.1");

    private final JsonNode root;
    private final int most;
    private long left;

    private SampleValue(JsonNode root, int most) {
        this.root = root;
        this.most = most;
        this.left = most;
    }

    /**
     * A value that fits.
     *
     * @param schema of any form; what it does not say is free
     * @param most characters, which the schema may ask for
     * @throws UnsupportedRequest if it asks for more
     */
    static JsonNode of(JsonNode schema, int most) {
        return new SampleValue(schema, most).value(schema, 0);
    }

    private void take(long characters) {
        left -= characters;
        if (left < 0) {
            throw new UnsupportedRequest(ApiError.invalidRequest(
                    "The JSON schema asks for a value of more than " + most
                            + " characters, which is more than a simulated model says.",
                    null,
                    "invalid_json_schema"));
        }
    }

    private JsonNode given(JsonNode value) {
        take(Json.bytes(value).length);
        return value;
    }

    private JsonNode value(JsonNode schema, int depth) {
        take(1);
        if (schema.has("const")) {
            return given(schema.path("const"));
        }
        for (String list : new String[] {"enum", "examples"}) {
            if (!schema.path(list).isEmpty()) {
                return given(schema.path(list).path(0));
            }
        }
        if (schema.hasNonNull("default")) {
            return given(schema.path("default"));
        }
        if (schema.path("$ref").asText().startsWith("#")) {
            return depth > DEEPEST
                    ? NullNode.instance
                    : value(root.at(schema.path("$ref").asText().substring(1)), depth + 1);
        }
        for (String choice : new String[] {"anyOf", "oneOf"}) {
            if (!schema.path(choice).isEmpty()) {
                return value(chosen(schema.path(choice), depth), depth + 1);
            }
        }
        return schema.has("allOf") ? all(schema, depth) : typed(schema, depth);
    }

    /** The first; deep down the simplest, so that it comes to an end. */
    private static JsonNode chosen(JsonNode choices, int depth) {
        return choices.path(depth > DEEPEST / 2 ? choices.size() - 1 : 0);
    }

    private JsonNode all(JsonNode schema, int depth) {
        ObjectNode merged = Json.object();
        for (JsonNode part : schema.path("allOf")) {
            if (value(part, depth + 1) instanceof ObjectNode object) {
                merged.setAll(object);
            }
        }
        return schema.has("properties") ? merged.setAll((ObjectNode) object(schema, depth)) : merged;
    }

    private JsonNode typed(JsonNode schema, int depth) {
        JsonNode types = schema.path("type");
        String type = types.isArray() ? types.path(0).asText() : types.asText();
        if (type.isEmpty()) {
            type = schema.has("properties") ? "object" : schema.has("items") ? "array" : "string";
        }
        return switch (type) {
            case "object" -> object(schema, depth);
            case "array" -> array(schema, depth);
            case "integer" -> LongNode.valueOf((long) Math.ceil(number(schema, 1)));
            case "number" -> DoubleNode.valueOf(number(schema, 0.5));
            case "boolean" -> BooleanNode.TRUE;
            case "null" -> NullNode.instance;
            default -> text(schema);
        };
    }

    private JsonNode object(JsonNode schema, int depth) {
        ObjectNode object = Json.object();
        schema.path("properties").properties().forEach(property -> {
            boolean required = !schema.has("required");
            for (JsonNode name : schema.path("required")) {
                required |= name.asText().equals(property.getKey());
            }
            if (required && depth <= DEEPEST) {
                take(property.getKey().length());
                object.set(property.getKey(), value(property.getValue(), depth + 1));
            }
        });
        return object;
    }

    private JsonNode array(JsonNode schema, int depth) {
        ArrayNode array = Json.array();
        int least = schema.path("minItems").asInt(depth > DEEPEST / 2 ? 0 : 1);
        for (int i = 0; i < Math.min(least, schema.path("maxItems").asInt(Integer.MAX_VALUE)); i++) {
            JsonNode first = schema.path("prefixItems").path(i);
            array.add(value(first.isMissingNode() ? schema.path("items") : first, depth + 1));
        }
        return array;
    }

    private static double number(JsonNode schema, double step) {
        double least = schema.path("minimum").asDouble(Double.NEGATIVE_INFINITY);
        double above = schema.path("exclusiveMinimum").asDouble(Double.NEGATIVE_INFINITY);
        double most =
                schema.path("maximum").asDouble(schema.path("exclusiveMaximum").asDouble(1 + step) - step);
        double unit = schema.path("multipleOf").asDouble(0);
        double value = Math.max(Math.max(least, above + step), Math.min(1, most));
        return unit > 0 ? Math.ceil(value / unit) * unit : value;
    }

    private JsonNode text(JsonNode schema) {
        String format = FORMATS.get(schema.path("format").asText());
        if (format != null) {
            return TextNode.valueOf(format);
        }
        int least = schema.path("minLength").asInt(0);
        take(Math.max(least, TEXT.length()));
        String text = TEXT.length() >= least ? TEXT : TEXT + "-".repeat(least - TEXT.length());
        int most = Math.max(0, schema.path("maxLength").asInt(text.length()));
        return TextNode.valueOf(text.substring(0, Math.min(text.length(), most)));
    }
}
