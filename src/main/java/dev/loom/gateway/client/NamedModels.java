package dev.loom.gateway.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.loom.gateway.provider.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Every model that a request names beside its prompt: a provider may take up fields that the gateway passes without knowing
 * them, such as OpenRouter's {@code models}, LiteLLM's {@code fallbacks}, or the {@code model} of a tool. Keys count without
 * their case and underscores, as some providers' readers see them. What a client defines itself, such as the schema of a
 * function, may have any names.
 */
public final class NamedModels {

    /** Whose values are the client's own words: the prompt, labels, and examples of a tool's input. */
    private static final Set<String> OWN_WORDS = Set.of(
            "messages",
            "contents",
            "prompt",
            "prediction",
            "system",
            "instructions",
            "systeminstruction",
            "metadata",
            "labels",
            "documents",
            "inputexamples",
            "guidedjson",
            "structuredoutputs");

    /** Of functions that the client defines: OpenAI's newer and older ones, and Gemini's. */
    private static final Set<String> FUNCTIONS = Set.of("function", "functions", "functiondeclarations");

    /** Of a function, what describes its input and its answer. */
    private static final Set<String> DESCRIPTIONS = Set.of("parameters", "response");

    /** Also {@code modelName} of Vertex's routing, {@code deployment_name} of Azure's data, LiteLLM's {@code deployment_id}. */
    private static final Pattern NAMING = Pattern.compile(".*(models?|modelnames?|modelids?|deployment(name|id)?)");

    /** How an object names the model that it describes. */
    private static final Set<String> NAMES = Set.of("id", "name", "slug");

    /** For a value with others behind it. */
    private static final ObjectReader PART =
            Json.MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** At the top, the one that every language reads, or has in its path. */
    private static final String READ = "model";

    /** At the top, the model's older name. */
    private static final String ENGINE = "engine";

    private static final String INPUT = "input";
    private static final String TOOLS = "tools";

    /** Which texts below a key name models. */
    private enum Counted {
        /** Those of keys that say so. */
        NAMED,
        /** Every one: it says what is asked for if the model fails, in whatever form. */
        EVERY,
        /** Those of keys that say so, and of lists: an object in such a place that has a model may have settings for it. */
        LISTED;

        Counted in(JsonNode object) {
            return this == EVERY && object.path(READ).isTextual() ? LISTED : this;
        }
    }

    private final Set<String> names = new LinkedHashSet<>();
    private final boolean inPath;

    private NamedModels(boolean inPath) {
        this.inPath = inPath;
    }

    /**
     * All but the one that is read.
     *
     * @param body a JSON object that has been read before
     * @param inPath whether that one stands in the path, and {@code model} in the body beside it
     */
    public static Set<String> in(byte[] body, boolean inPath) {
        NamedModels found = new NamedModels(inPath);
        try (JsonParser parser = Json.FACTORY.createParser(body)) {
            parser.nextToken();
            found.read(parser);
        } catch (IOException e) {
            throw new UncheckedIOException("The body has been read before", e);
        }
        return found.names;
    }

    private void read(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            String key = plain(name);
            JsonToken value = parser.nextToken();
            if (name.equals(READ) && !inPath) {
                parser.skipChildren();
            } else if (key.equals(INPUT)) {
                input(parser, value);
            } else if (isOwnWords(key)) {
                parser.skipChildren();
            } else {
                gather(key.equals(ENGINE) ? READ : key, PART.readTree(parser), Counted.NAMED);
            }
        }
    }

    /** A response's items may bring tools. */
    private void input(JsonParser parser, JsonToken value) throws IOException {
        if (value != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
            while (item == JsonToken.START_OBJECT && parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean tools = parser.currentName().equalsIgnoreCase(TOOLS);
                parser.nextToken();
                if (tools) {
                    gather(TOOLS, PART.readTree(parser), Counted.NAMED);
                } else {
                    parser.skipChildren();
                }
            }
            parser.skipChildren();
        }
    }

    /** The letters of a key; U+017F is an s for readers that pass over the case. */
    private static String plain(String key) {
        return key.toLowerCase(Locale.ROOT).replace('\u017f', 's').replace("_", "");
    }

    private static boolean isOwnWords(String key) {
        return OWN_WORDS.contains(key) || key.endsWith("schema");
    }

    private void gather(String key, JsonNode value, Counted above) {
        Counted counted = above == Counted.NAMED && key.contains("fallback") ? Counted.EVERY : above;
        if (value.isTextual()
                && (counted == Counted.EVERY || NAMING.matcher(key).matches())) {
            names.add(value.textValue());
        } else if (value.isArray()) {
            value.forEach(entry -> entry(key, entry, counted));
        } else if (value.isObject()) {
            object(key, value, counted);
        }
    }

    private void entry(String key, JsonNode value, Counted counted) {
        gather(key, value, counted == Counted.LISTED && value.isTextual() ? Counted.EVERY : counted);
    }

    private void object(String key, JsonNode object, Counted above) {
        Counted counted = above.in(object);
        boolean function = FUNCTIONS.contains(key) || isFunction(object);
        boolean model = NAMING.matcher(key).matches();
        object.properties().forEach(field -> {
            String name = plain(field.getKey());
            if (!isOwnWords(name) && !(function && DESCRIPTIONS.contains(name))) {
                gather(model && NAMES.contains(name) ? key : name, field.getValue(), counted);
            }
        });
    }

    /** Whatever a reader takes for its type. */
    private static boolean isFunction(JsonNode tool) {
        return tool.path("type").asText().equals("function")
                && tool.properties().stream()
                        .filter(field -> plain(field.getKey()).equals("type"))
                        .allMatch(field -> field.getValue().asText().equals("function"));
    }
}
