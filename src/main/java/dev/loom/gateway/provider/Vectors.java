package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/** The two forms of an embedding: a list of numbers, or little-endian 32-bit floats in Base64. */
public final class Vectors {

    private Vectors() {}

    /**
     * A vector in the form that the client asked for; untouched if it has it already.
     *
     * @throws UnreadableAnswer if it has neither form
     */
    public static JsonNode as(boolean base64, JsonNode vector) throws UnreadableAnswer {
        if (base64) {
            return vector.isArray() ? TextNode.valueOf(toBase64(vector)) : requireBase64(vector);
        }
        return vector.isArray() ? requireNumbers(vector) : toNumbers(vector);
    }

    private static String toBase64(JsonNode numbers) throws UnreadableAnswer {
        requireNumbers(numbers);
        ByteBuffer bytes = ByteBuffer.allocate(numbers.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        numbers.forEach(number -> bytes.putFloat(number.floatValue()));
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private static JsonNode toNumbers(JsonNode base64) throws UnreadableAnswer {
        ByteBuffer bytes = ByteBuffer.wrap(decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
        ArrayNode numbers = Json.array();
        while (bytes.hasRemaining()) {
            numbers.add(bytes.getFloat());
        }
        return requireNumbers(numbers);
    }

    private static JsonNode requireNumbers(JsonNode numbers) throws UnreadableAnswer {
        for (JsonNode number : numbers) {
            if (!number.isNumber() || !Float.isFinite(number.floatValue())) {
                throw new UnreadableAnswer("The provider's answer has an embedding with something that is no number.");
            }
        }
        return numbers;
    }

    private static JsonNode requireBase64(JsonNode text) throws UnreadableAnswer {
        decode(text);
        return text;
    }

    private static byte[] decode(JsonNode base64) throws UnreadableAnswer {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64.asText());
            if (base64.isTextual() && bytes.length % Float.BYTES == 0) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new UnreadableAnswer("The provider's answer has an embedding that is neither numbers nor Base64.");
    }
}
