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

/**
 * Every model that a request names beside its prompt: a provider may take up fields that the gateway passes without knowing
 * them, such as OpenRouter's {@code models}, LiteLLM's {@code fallbacks}, or the {@code model} of a tool. The case of a
 * key's letters is passed over, as some providers' readers do.
 */
public final class NamedModels {

    /** Where what stands is the client's own, and may have any names. */
    private static final Set<String> PROMPT = Set.of(
            "messages", "contents", "prompt", "system", "instructions", "systeminstruction", "metadata", "documents");

    /** For a value with others behind it. */
    private static final ObjectReader PART =
            Json.MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** At the top, the one that every language reads, or has in its path. */
    private static final String READ = "model";

    private static final String INPUT = "input";
    private static final String TOOLS = "tools";

    private final Set<String> names = new LinkedHashSet<>();

    private NamedModels() {}

    /** @param body a JSON object that has been read before */
    public static Set<String> in(byte[] body) {
        NamedModels found = new NamedModels();
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
            String key = name.toLowerCase(Locale.ROOT);
            JsonToken value = parser.nextToken();
            if (name.equals(READ)) {
                parser.skipChildren();
            } else if (key.equals(INPUT)) {
                input(parser, value);
            } else if (PROMPT.contains(key)) {
                parser.skipChildren();
            } else {
                gather(key, PART.readTree(parser), false);
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
                    gather(TOOLS, PART.readTree(parser), false);
                } else {
                    parser.skipChildren();
                }
            }
            parser.skipChildren();
        }
    }

    /** @param fallback true below a key that says what is asked for if the model fails, in whatever form */
    private void gather(String key, JsonNode value, boolean fallback) {
        String name = key.toLowerCase(Locale.ROOT).replace('\u017f', 's');
        boolean below = fallback || name.contains("fallback");
        if (value.isTextual() && (below || name.endsWith("model") || name.endsWith("models"))) {
            names.add(value.textValue());
        } else if (value.isArray()) {
            value.forEach(entry -> gather(key, entry, below));
        } else if (value.isObject()) {
            value.properties().forEach(field -> {
                if (!PROMPT.contains(field.getKey().toLowerCase(Locale.ROOT))) {
                    gather(field.getKey(), field.getValue(), below);
                }
            });
        }
    }
}
