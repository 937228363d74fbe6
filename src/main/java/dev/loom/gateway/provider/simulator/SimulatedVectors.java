package dev.loom.gateway.provider.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnsupportedRequest;
import dev.loom.gateway.provider.Usage;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Embeddings of a simulated provider: a vector of length 1 for each input, always the same for the same text. Texts that
 * have words in common are closer to each other than others are, and mean nothing beyond that.
 */
public final class SimulatedVectors {

    /** Few, so that a test can look at them; more where {@code dimensions} says so. */
    private static final int DIMENSIONS = 64;

    private static final int MOST_DIMENSIONS = 8192;

    /** In one answer: some 10 MB of JSON, and ten times as much memory on the way there. */
    private static final int MOST_NUMBERS = 1_000_000;

    /** Of a text; more of them would take seconds. */
    private static final int MOST_WORDS = 1_000;

    private SimulatedVectors() {}

    /**
     * The body of the answer.
     *
     * @throws UnsupportedRequest if it would be too long
     */
    public static byte[] answer(EmbeddingsRequest request) throws UnsupportedRequest {
        Integer wanted = request.dimensions();
        int dimensions = wanted == null ? DIMENSIONS : Math.min(wanted, MOST_DIMENSIONS);
        if ((long) dimensions * request.inputs().size() > MOST_NUMBERS) {
            throw new UnsupportedRequest(
                    "A simulator gives at most " + MOST_NUMBERS + " numbers in one answer; ask for fewer dimensions or"
                            + " with fewer inputs.",
                    "dimensions");
        }
        ObjectNode body = Json.object().put("object", "list").put("model", request.model());
        ArrayNode data = body.putArray("data");
        for (JsonNode input : request.inputs()) {
            ObjectNode entry = data.addObject().put("object", "embedding").put("index", data.size() - 1);
            ArrayNode numbers = entry.putArray("embedding");
            for (double number : vector(input, dimensions)) {
                numbers.add((float) number);
            }
        }
        int tokens = request.promptBytes() / Usage.BYTES_PER_TOKEN;
        body.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
        return Json.bytes(body);
    }

    /** From 0 to 1, more where two texts have more words in common. */
    static double likeness(JsonNode one, JsonNode other) {
        double[] first = vector(one, DIMENSIONS);
        double[] second = vector(other, DIMENSIONS);
        double product = 0;
        for (int i = 0; i < DIMENSIONS; i++) {
            product += first[i] * second[i];
        }
        return Math.max(0, Math.min(1, (product + 1) / 2));
    }

    private static double[] vector(JsonNode input, int dimensions) {
        double[] vector = new double[dimensions];
        String text = input.isTextual() ? input.textValue() : input.toString();
        for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", MOST_WORDS)) {
            SplittableRandom random = new SplittableRandom(word.hashCode());
            for (int i = 0; i < dimensions; i++) {
                vector[i] += random.nextDouble() - 0.5;
            }
        }
        double length = 0;
        for (double number : vector) {
            length += number * number;
        }
        for (int i = 0; i < dimensions; i++) {
            vector[i] /= Math.sqrt(length);
        }
        return vector;
    }
}
