package dev.loom.gateway.provider.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Usage;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Documents by how many words they have in common with the query. */
final class Rerank {

    private record Scored(int index, double score) {}

    private Rerank() {}

    static SimulatedPath.Answer of(JsonNode request) throws InvalidRequest {
        JsonNode query = SimulatedPath.required(request, "query");
        JsonNode documents = SimulatedPath.required(request, "documents");
        SimulatedPath.requireShort(documents, "documents");
        List<Scored> scored = IntStream.range(0, documents.size())
                .mapToObj(index -> new Scored(index, SimulatedVectors.likeness(query, text(documents.path(index)))))
                .sorted(Comparator.comparingDouble(Scored::score).reversed())
                .limit(count(request, documents.size()))
                .toList();
        ObjectNode body = Json.object()
                .put("id", "rerank-simulated")
                .put("model", request.path("model").asText());
        ArrayNode results = body.putArray("results");
        for (Scored one : scored) {
            ObjectNode result = results.addObject().put("index", one.index).put("relevance_score", one.score);
            if (request.path("return_documents").asBoolean()) {
                result.putObject("document").set("text", text(documents.path(one.index)));
            }
        }
        body.putObject("usage").put("total_tokens", Json.bytes(request).length / Usage.BYTES_PER_TOKEN);
        return SimulatedPath.Answer.json(body);
    }

    private static int count(JsonNode request, int most) throws InvalidRequest {
        JsonNode count = request.path("top_n");
        if (count.isMissingNode() || count.isNull()) {
            return most;
        }
        if (!count.isIntegralNumber() || count.asDouble() < 1) {
            throw new InvalidRequest(ApiError.invalidRequest(
                    "'top_n' must be a whole number from 1, not " + count + ".", "top_n", null));
        }
        return (int) Math.min(most, count.asDouble());
    }

    private static JsonNode text(JsonNode document) {
        return document.isObject() ? document.path("text") : document;
    }
}
