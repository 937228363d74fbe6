package dev.loom.gateway.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.loom.gateway.provider.Json;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The forms of OpenAI's answers: as it publishes them, or as our own table of them has them. */
public final class PublishedForms {

    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private static final String PREFIX = "#/components/schemas/";

    private final ObjectNode forms;
    private final Map<String, JsonSchema> schemas = new ConcurrentHashMap<>();

    private PublishedForms(ObjectNode forms) {
        this.forms = forms;
    }

    /** {@code openai-forms.yaml}, whose first lines explain it. */
    public static PublishedForms table() throws IOException {
        ObjectNode forms = Json.object();
        JsonNode table = new ObjectMapper(new YAMLFactory())
                .readTree(PublishedForms.class.getResourceAsStream("/openai-forms.yaml"));
        table.properties().forEach(form -> forms.set(form.getKey(), form(form.getValue())));
        return new PublishedForms(forms);
    }

    /** OpenAI's own file, in JSON or YAML. */
    public static PublishedForms file(String openApi) throws IOException {
        JsonNode document = (openApi.endsWith(".json") ? new ObjectMapper() : new ObjectMapper(new YAMLFactory()))
                .readTree(new File(openApi));
        return new PublishedForms((ObjectNode) withNulls(document.at("/components/schemas")));
    }

    /** {@code nullable} is a word of OpenAPI 3.0, which some forms still use. */
    private static JsonNode withNulls(JsonNode schema) {
        if (schema instanceof ArrayNode list) {
            ArrayNode copy = Json.array();
            list.forEach(item -> copy.add(withNulls(item)));
            return copy;
        }
        if (!(schema instanceof ObjectNode)) {
            return schema;
        }
        ObjectNode copy = Json.object();
        schema.properties().forEach(field -> copy.set(field.getKey(), withNulls(field.getValue())));
        boolean nullable = copy.path("nullable").asBoolean();
        copy.remove("nullable");
        return nullable ? orNull(copy) : copy;
    }

    private static ObjectNode orNull(JsonNode schema) {
        ObjectNode either = Json.object();
        either.putArray("anyOf").add(schema).addObject().put("type", "null");
        return either;
    }

    private static JsonNode form(JsonNode written) {
        if (written.isTextual()) {
            return type(written.asText());
        }
        if (written.isArray()) {
            return Json.object().set("enum", written);
        }
        ObjectNode schema = Json.object().put("type", "object");
        ArrayNode required = schema.putArray("required");
        ObjectNode properties = schema.putObject("properties");
        written.properties().forEach(field -> {
            String name = field.getKey().replace("*", "");
            properties.set(name, form(field.getValue()));
            if (name.equals(field.getKey())) {
                required.add(name);
            }
        });
        return schema;
    }

    private static ObjectNode type(String text) {
        if (text.endsWith("?")) {
            return orNull(type(text.substring(0, text.length() - 1)));
        }
        if (text.contains(" | ")) {
            ObjectNode either = Json.object();
            List.of(text.split(" \\| "))
                    .forEach(one -> either.withArray("anyOf").add(type(one)));
            return either;
        }
        if (text.endsWith("[]")) {
            ObjectNode array = Json.object().put("type", "array");
            return array.set("items", type(text.substring(0, text.length() - 2)));
        }
        boolean named = Character.isUpperCase(text.charAt(0));
        return named ? Json.object().put("$ref", PREFIX + text) : Json.object().put("type", text);
    }

    public List<String> names() {
        return forms.properties().stream().map(Map.Entry::getKey).toList();
    }

    /** The fields that a form must have; an object within another goes by the path to it. */
    public Set<String> required(String name) {
        String[] path = name.split("\\.");
        JsonNode form = within(forms.has(name) ? forms.path(name) : forms.path(path[0]));
        for (int i = 1; i < path.length && !forms.has(name); i++) {
            form = within(form.path("properties").path(path[i]));
        }
        return required(form);
    }

    private Set<String> required(JsonNode form) {
        Set<String> required = new TreeSet<>();
        form.path("required").forEach(field -> required.add(field.asText()));
        for (JsonNode part : form.path("allOf")) {
            String named = part.path("$ref").asText("");
            required.addAll(required(named.isEmpty() ? part : forms.path(named.substring(PREFIX.length()))));
        }
        return required;
    }

    /** What an array is of, and what may be null. */
    private static JsonNode within(JsonNode schema) {
        JsonNode inner = schema.has("items") ? schema.path("items") : schema;
        return inner.has("anyOf") ? within(inner.path("anyOf").path(0)) : inner;
    }

    /** The name of the form of an event in the stream of a response. */
    public String ofEvent(JsonNode event) {
        return forms.properties().stream()
                .filter(form -> form.getKey().matches("Response\\w+Event"))
                .filter(form -> form.getValue().at("/properties/type/enum/0").equals(event.path("type")))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new AssertionError("No such event: " + event));
    }

    /** What is wrong with an answer; empty if nothing is. */
    public List<String> problems(String name, JsonNode answer) {
        return schemas.computeIfAbsent(name, this::schema).validate(answer).stream()
                .map(ValidationMessage::getMessage)
                .toList();
    }

    private JsonSchema schema(String name) {
        if (!forms.has(name)) {
            throw new AssertionError("No form has the name " + name);
        }
        ObjectNode root = Json.object().put("$ref", PREFIX + name);
        root.putObject("components").set("schemas", forms);
        return FACTORY.getSchema(root);
    }
}
