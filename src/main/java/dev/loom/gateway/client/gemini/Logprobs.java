package dev.loom.gateway.client.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;

/** Probabilities of tokens in Gemini's shape. */
final class Logprobs {

    private Logprobs() {}

    static ObjectNode of(JsonNode tokens) {
        ObjectNode result = Json.object();
        ArrayNode chosen = result.putArray("chosenCandidates");
        ArrayNode tops = result.putArray("topCandidates");
        for (JsonNode token : tokens) {
            chosen.add(token(token));
            ArrayNode top = tops.addObject().putArray("candidates");
            token.path("top_logprobs").forEach(other -> top.add(token(other)));
        }
        return result;
    }

    private static ObjectNode token(JsonNode token) {
        ObjectNode json = Json.object();
        json.set("token", token.path("token"));
        json.set("logProbability", token.path("logprob"));
        return json;
    }
}
