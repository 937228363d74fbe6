package dev.loom.gateway.camel.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.serialization.JsonNodeReader;
import com.networknt.schema.utils.JsonNodes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.camel.spi.Resource;

/** Camel's own schema of YAML routes. It knows every step and every option, and names all mistakes of a file at once. */
public final class RouteFileSchema {

    private static final String SCHEMA = "/schema/camelYamlDsl.json";

    /** What a file does not use is left out: for all of the schema it would take seconds, and 260 MB. */
    private static final SchemaValidatorsConfig AS_NEEDED =
            SchemaValidatorsConfig.builder().preloadJsonSchema(false).build();

    private RouteFileSchema() {}

    /** What is wrong with the file, each with its place; empty if nothing is. */
    public static List<String> problems(Resource file) {
        return named(schema().validate(RouteTexts.text(file), InputFormat.YAML));
    }

    /** A word that does not belong somewhere makes every alternative around it fail, too; then the word alone is told. */
    private static List<String> named(Set<ValidationMessage> messages) {
        List<ValidationMessage> unknown = messages.stream()
                .filter(message -> message.getType().equals("additionalProperties"))
                .toList();
        return (unknown.isEmpty() ? messages : unknown)
                .stream().map(RouteFileSchema::withLine).toList();
    }

    private static String withLine(ValidationMessage message) {
        JsonNode node = message.getInstanceNode();
        JsonNode word = message.getProperty() == null || node == null ? null : node.get(message.getProperty());
        JsonNode place = word == null ? node : word;
        return place == null
                ? message.getMessage()
                : "line " + JsonNodes.tokenLocationOf(place).getLineNr() + ": " + message.getMessage();
    }

    /** Read anew each time: it is large, and files are edited seldom. */
    private static JsonSchema schema() {
        try (InputStream in = Objects.requireNonNull(RouteFileSchema.class.getResourceAsStream(SCHEMA), SCHEMA)) {
            JsonNode schema = new ObjectMapper().readTree(in);
            schema.findParents("type").forEach(RouteFileSchema::takeAsText);
            JsonNodeReader lines = JsonNodeReader.builder().locationAware().build();
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4, factory -> factory.jsonNodeReader(lines))
                    .getSchema(schema, AS_NEEDED);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the schema of Camel 4.18 wants a text, Camel takes a number or a boolean, too, as newer schemas do. */
    private static void takeAsText(JsonNode definition) {
        if (definition.path("type").asText().equals("string")) {
            ((ObjectNode) definition)
                    .putArray("type")
                    .add("string")
                    .add("number")
                    .add("boolean");
        }
    }
}
