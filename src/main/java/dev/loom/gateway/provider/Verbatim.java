package dev.loom.gateway.provider;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
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
        try (JsonParser parser = Json.FACTORY.createParser(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean found = parser.currentName().equals("model");
                parser.nextToken();
                if (found) {
                    int start = (int) parser.currentTokenLocation().getByteOffset();
                    parser.finishToken();
                    return parser.getText().equals(model)
                            ? body
                            : replaced(
                                    body, start, (int) parser.currentLocation().getByteOffset(), model);
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            throw new IllegalStateException("It has been read before", e);
        }
        return body;
    }

    private static byte[] replaced(byte[] body, int start, int end, String model) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + model.length());
        out.write(body, 0, start);
        out.writeBytes(Json.bytes(TextNode.valueOf(model)));
        out.write(body, end, body.length - end);
        return out.toByteArray();
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
