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
import dev.loom.gateway.config.yaml.Suggestion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.spi.Resource;

/** Camel's own schema of YAML routes. It knows every step and every option, and names all mistakes of a file at once. */
public final class RouteFileSchema {

    private static final String SCHEMA = "/schema/camelYamlDsl.json";

    /** What a file does not use is left out: for all of the schema it would take seconds, and 260 MB. */
    private static final SchemaValidatorsConfig AS_NEEDED =
            SchemaValidatorsConfig.builder().preloadJsonSchema(false).build();

    /** The keyword of a map that takes no other keys. */
    private static final String UNKNOWN = "additionalProperties";

    /** Keywords by which a form is chosen from several. */
    private static final Set<String> CHOICE = Set.of("oneOf", "anyOf", "not", "required");

    /** Keywords by which a value is of one type, or of one of several. */
    private static final Set<String> TYPE = Set.of("type", "unionType");

    /** More choices than a line can tell. */
    private static final int MOST_CHOICES = 12;

    private RouteFileSchema() {}

    /** What is wrong with the file, each with its place; empty if nothing is. */
    public static List<String> problems(Resource file) {
        JsonNode schema = read();
        List<String> problems = named(compiled(schema).validate(RouteTexts.text(file), InputFormat.YAML), schema);
        if (problems.isEmpty()) {
            problems = new ArrayList<>(OwnBeans.problems(file));
            problems.addAll(DoubleNames.problems(RouteTexts.text(file)));
        }
        return problems;
    }

    /** A word that does not belong where it stands, and those that may stand there. */
    private record Unknown(String place, String word, Set<String> allowed) {

        @Override
        public String toString() {
            String suggestion = Suggestion.of(word, allowed);
            String choices = "; allowed here: " + String.join(", ", allowed);
            return place + "unknown key '" + word + "'"
                    + (suggestion.isEmpty() && allowed.size() <= MOST_CHOICES ? choices : suggestion);
        }
    }

    /** A word that does not belong somewhere makes every alternative around it fail, too; then the word alone is told. */
    private static List<String> named(Set<ValidationMessage> messages, JsonNode schema) {
        Map<String, Unknown> words = new LinkedHashMap<>();
        for (ValidationMessage message : messages) {
            String word = message.getProperty();
            if (message.getType().equals(UNKNOWN) && word != null) {
                words.computeIfAbsent(line(message) + word, key -> new Unknown(line(message), word, new TreeSet<>()))
                        .allowed()
                        .addAll(allowed(message, schema));
            }
        }
        List<String> unknown = words.values().stream()
                .filter(word -> !word.allowed().contains(word.word()))
                .map(Unknown::toString)
                .toList();
        return unknown.isEmpty() ? byPlace(messages) : unknown;
    }

    /**
     * One problem for each place. What fits none of the forms that it may have fails each of them in its own way, and a step
     * with an expression may have some fifty: then what is wrong within it is told, or else that it fits none.
     */
    private static List<String> byPlace(Set<ValidationMessage> messages) {
        Map<String, List<ValidationMessage>> places = new LinkedHashMap<>();
        messages.forEach(
                message -> places.computeIfAbsent(message.getInstanceLocation().toString(), key -> new ArrayList<>())
                        .add(message));
        List<String> problems = new ArrayList<>();
        places.forEach((place, all) -> {
            List<ValidationMessage> itself = all.stream()
                    .filter(message -> !isChoice(message) || isMissing(all))
                    .toList();
            if (!itself.isEmpty()) {
                problems.addAll(told(itself));
            } else if (places.keySet().stream().noneMatch(other -> isWithin(other, place))) {
                problems.add(noForm(all.get(0)));
            }
        });
        return problems.stream().distinct().toList();
    }

    /** That a key or two are missing, and nothing else is wrong there. */
    private static boolean isMissing(List<ValidationMessage> messages) {
        return messages.size() <= 2
                && messages.stream().allMatch(each -> each.getType().equals("required"));
    }

    /** That one of several forms does not fit, or that none does, or more than one. */
    private static boolean isChoice(ValidationMessage message) {
        return CHOICE.contains(message.getType())
                && message.getEvaluationPath().toString().matches(".*(one|any)Of.*");
    }

    private static boolean isWithin(String place, String around) {
        return place.length() > around.length()
                && place.startsWith(around)
                && "./[".indexOf(place.charAt(around.length())) >= 0;
    }

    private static String noForm(ValidationMessage message) {
        List<String> keys = new ArrayList<>();
        message.getInstanceNode().fieldNames().forEachRemaining(keys::add);
        return line(message) + "'" + message.getInstanceLocation().getName(-1) + "' must have exactly one of the forms"
                + " that it may have, such as one expression; it has: " + String.join(", ", keys);
    }

    private static List<String> told(List<ValidationMessage> messages) {
        ValidationMessage first = messages.get(0);
        if (messages.size() == 1 || !messages.stream().allMatch(each -> TYPE.contains(each.getType()))) {
            return messages.stream().map(RouteFileSchema::told).toList();
        }
        Set<String> types = new LinkedHashSet<>();
        messages.forEach(each -> types.addAll(texts(each.getSchemaNode())));
        return List.of(line(first) + "'" + first.getInstanceLocation().getName(-1) + "' must be "
                + String.join(" or ", types) + ", and is "
                + first.getInstanceNode().getNodeType().name().toLowerCase(Locale.ROOT));
    }

    private static List<String> texts(JsonNode node) {
        List<String> texts = new ArrayList<>();
        node.forEach(each -> texts.add(each.asText()));
        return node.isArray() ? texts : List.of(node.asText());
    }

    /** The schema has the keys of a map beside the keyword that it fails. */
    private static Set<String> allowed(ValidationMessage message, JsonNode schema) {
        String keyword = message.getSchemaLocation().getFragment().toString();
        Set<String> allowed = new TreeSet<>();
        schema.at(keyword.replaceFirst("/" + UNKNOWN + "$", "/properties"))
                .fieldNames()
                .forEachRemaining(allowed::add);
        return allowed;
    }

    private static String told(ValidationMessage message) {
        if (!message.getType().equals("enum")) {
            return line(message) + message.getMessage();
        }
        String written = message.getInstanceNode().asText();
        List<String> choices = texts(message.getSchemaNode());
        return line(message) + "'" + message.getInstanceLocation().getName(-1) + "' must be one of "
                + String.join(", ", choices) + ", and is " + written + Suggestion.of(written, choices);
    }

    private static String line(ValidationMessage message) {
        JsonNode node = message.getInstanceNode();
        JsonNode word = message.getProperty() == null || node == null ? null : node.get(message.getProperty());
        JsonNode place = word == null ? node : word;
        return place == null ? "" : "line " + JsonNodes.tokenLocationOf(place).getLineNr() + ": ";
    }

    /** Anew each time: it is large, and files are edited seldom. */
    private static JsonNode read() {
        try (InputStream in = Objects.requireNonNull(RouteFileSchema.class.getResourceAsStream(SCHEMA), SCHEMA)) {
            JsonNode schema = new ObjectMapper().readTree(in);
            schema.findParents("type").forEach(RouteFileSchema::takeAsText);
            return schema;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonSchema compiled(JsonNode schema) {
        JsonNodeReader lines = JsonNodeReader.builder().locationAware().build();
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4, factory -> factory.jsonNodeReader(lines))
                .getSchema(schema, AS_NEEDED);
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
