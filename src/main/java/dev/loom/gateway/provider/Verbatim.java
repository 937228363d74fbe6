package dev.loom.gateway.provider;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A client's request as it came, for a provider that speaks the client's own language.
 *
 * @param surface the language
 * @param headers the client's
 */
public record Verbatim(String surface, byte[] body, boolean stream, Headers headers) {

    /** The body with another value under {@code model}, and every other byte as it was. */
    public byte[] bodyFor(String model) {
        return withModel(body, model);
    }

    /** The same request with another body. */
    public Verbatim with(byte[] other) {
        return new Verbatim(surface, other, stream, headers);
    }

    static byte[] withModel(byte[] body, String model) {
        try {
            return with(body, model, false);
        } catch (IOException e) {
            throw new IllegalStateException("It has been read before", e);
        }
    }

    /**
     * A body that names a model, whatever it says itself, and is otherwise as it was. What is no JSON object stays as it is,
     * for whoever reads it.
     */
    public static byte[] naming(String model, byte[] body) {
        try {
            return with(body, model, true);
        } catch (IOException e) {
            return body;
        }
    }

    /** @param put whether it is put first where it is missing */
    private static byte[] with(byte[] body, String model, boolean put) throws IOException {
        try (JsonParser parser = Json.FACTORY.createParser(body)) {
            boolean object = parser.nextToken() == JsonToken.START_OBJECT;
            int begin = (int) parser.currentLocation().getByteOffset();
            if (!object || begin < 1) { // in UTF-16 nobody knows where anything stands
                return body;
            }
            boolean empty = parser.nextToken() != JsonToken.FIELD_NAME;
            for (; parser.currentToken() == JsonToken.FIELD_NAME; parser.nextToken()) {
                boolean found = parser.currentName().equals("model");
                parser.nextToken();
                if (found) {
                    return replaced(parser, body, model);
                }
                parser.skipChildren();
            }
            String first = "\"model\":" + Json.string(TextNode.valueOf(model)) + (empty ? "" : ",");
            return put ? replaced(body, begin, begin, first) : body;
        }
    }

    /** Where the parser stands, at the model's value. */
    private static byte[] replaced(JsonParser parser, byte[] body, String model) throws IOException {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        if (model.equals(parser.getValueAsString())) {
            return body;
        }
        parser.skipChildren();
        parser.finishToken();
        int end = (int) parser.currentLocation().getByteOffset();
        return replaced(body, start, end, Json.string(TextNode.valueOf(model)));
    }

    private static byte[] replaced(byte[] body, int start, int end, String by) {
        Pieces out = new Pieces();
        out.add(body, 0, start);
        out.add(by);
        out.add(body, end, body.length);
        return out.joined();
    }

    /** Takes those of the client's headers over that mean something to the provider. */
    public void copyHeaders(Map<String, String> to, List<String> names) {
        for (String name : names) {
            String value = headers.get(name);
            if (value != null && !value.isBlank()) {
                to.put(name, value);
            }
        }
    }
}
