package dev.loom.gateway.provider.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.TokenFigure;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.UnsupportedRequest;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.provider.Vectors;
import dev.loom.gateway.provider.errors.ErrorInside;
import java.util.ArrayList;
import java.util.List;

/**
 * Embeddings by Google's models. On Vertex AI those before {@code gemini-embedding} take up to 250 texts in one call, the
 * others one; on Google AI Studio all take 100. Longer batches become several calls.
 */
final class Embeddings {

    /** Google's bound for {@code text-embedding} and {@code text-multilingual-embedding} models. */
    private static final int MOST_INSTANCES = 250;

    /** Google AI Studio's bound for one batch. */
    private static final int MOST_REQUESTS = 100;

    private static final String ONE_BY_ONE = "gemini-embedding";

    private Embeddings() {}

    /** {@code gemini-embedding-001} is still asked in the old way, if only for one text at a time. */
    static boolean isPredicted(String model) {
        return !model.startsWith(ONE_BY_ONE) || model.equals(ONE_BY_ONE + "-001");
    }

    /** The bodies of the calls that together answer the request. */
    static List<byte[]> bodies(EmbeddingsRequest request, Target target) {
        boolean predicted = isPredicted(target.model());
        int most = target.model().startsWith(ONE_BY_ONE) ? 1 : MOST_INSTANCES;
        List<byte[]> bodies = new ArrayList<>();
        List<JsonNode> inputs = request.inputs();
        for (int from = 0; from < inputs.size(); from += most) {
            List<JsonNode> some = inputs.subList(from, Math.min(inputs.size(), from + most));
            bodies.add(Json.bytes(predicted ? instances(some, request) : content(some.get(0), request)));
        }
        return bodies;
    }

    /** The bodies of the calls of Google AI Studio, where each text is a request of a batch. */
    static List<byte[]> batches(EmbeddingsRequest request, String model) {
        List<byte[]> bodies = new ArrayList<>();
        List<JsonNode> inputs = request.inputs();
        for (int from = 0; from < inputs.size(); from += MOST_REQUESTS) {
            ObjectNode body = Json.object();
            ArrayNode requests = body.putArray("requests");
            for (JsonNode input : inputs.subList(from, Math.min(inputs.size(), from + MOST_REQUESTS))) {
                ObjectNode one = requests.addObject().put("model", "models/" + model);
                one.putObject("content").putArray("parts").addObject().put("text", text(input));
                if (request.dimensions() != null) {
                    one.put("outputDimensionality", request.dimensions());
                }
            }
            bodies.add(Json.bytes(body));
        }
        return bodies;
    }

    /** OpenAI refuses an input that is too long, so it must not be cut in silence, which is Google's default. */
    private static ObjectNode instances(List<JsonNode> inputs, EmbeddingsRequest request) {
        ObjectNode body = Json.object();
        ArrayNode instances = body.putArray("instances");
        inputs.forEach(input -> instances.addObject().put("content", text(input)));
        ObjectNode parameters = body.putObject("parameters").put("autoTruncate", false);
        if (request.dimensions() != null) {
            parameters.put("outputDimensionality", request.dimensions());
        }
        return body;
    }

    private static ObjectNode content(JsonNode input, EmbeddingsRequest request) {
        ObjectNode body = Json.object();
        body.putObject("content").putArray("parts").addObject().put("text", text(input));
        if (request.dimensions() != null) {
            body.putObject("embedContentConfig").put("outputDimensionality", request.dimensions());
        }
        return body;
    }

    private static String text(JsonNode input) {
        if (!input.isTextual()) {
            throw new UnsupportedRequest("Gemini embeds texts, not tokens.", "input");
        }
        return input.textValue();
    }

    /** @param body one answer, or an array of the answers to several calls */
    static Completion read(byte[] body, EmbeddingsRequest request, Target target) throws UnreadableAnswer {
        JsonNode json = Json.lenient(body);
        ErrorInside.refuse(json);
        ArrayNode data = Json.array();
        long tokens = TokenFigure.UNSAID;
        for (JsonNode answer : json.isArray() ? json : Json.array().add(json)) {
            tokens = sum(tokens, answer.at("/usageMetadata/promptTokenCount"));
            for (JsonNode prediction : predictions(answer)) {
                add(data, prediction, request.base64());
                tokens = sum(tokens, prediction.at("/embeddings/statistics/token_count"));
            }
        }
        if (data.size() != request.inputs().size()) {
            throw new UnreadableAnswer("The provider's answer does not have one embedding for each input.");
        }
        return completion(data, tokens, target);
    }

    private static long sum(long tokens, JsonNode more) {
        return TokenFigure.sum(tokens, TokenFigure.of(more));
    }

    private static JsonNode predictions(JsonNode answer) {
        JsonNode batch = answer.path("embeddings");
        return batch.isArray()
                ? batch
                : answer.path("predictions").isArray() ? answer.path("predictions") : one(answer);
    }

    private static JsonNode one(JsonNode answer) {
        return Json.array().add(answer);
    }

    private static void add(ArrayNode data, JsonNode prediction, boolean base64) throws UnreadableAnswer {
        JsonNode vector = prediction.path("values");
        for (String key : List.of("embeddings", "embedding")) {
            vector = prediction.has(key) ? prediction.path(key).path("values") : vector;
        }
        if (!vector.isArray()) {
            throw new UnreadableAnswer("The provider's answer has an entry without an embedding.");
        }
        ObjectNode entry = data.addObject().put("object", "embedding").put("index", data.size() - 1);
        entry.set("embedding", Vectors.as(base64, vector));
    }

    private static Completion completion(ArrayNode data, long tokens, Target target) {
        ObjectNode body = Json.object().put("object", "list");
        body.set("data", data);
        body.put("model", target.model());
        long told = Math.max(0, tokens);
        body.putObject("usage").put("prompt_tokens", told).put("total_tokens", told);
        return new Completion(
                Json.bytes(body), told == 0 && tokens != TokenFigure.INVALID ? null : new Usage(tokens, 0, 0));
    }
}
