package dev.loom.gateway.provider.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import java.nio.charset.StandardCharsets;

/** Gemini's {@code logprobsResult} as OpenAI's {@code logprobs}. */
final class Logprobs {

    private Logprobs() {}

    /** A null node where the candidate has none. */
    static JsonNode of(JsonNode candidate) {
        JsonNode result = candidate.path("logprobsResult");
        JsonNode chosen = result.path("chosenCandidates");
        if (chosen.isEmpty()) {
            return Json.MAPPER.getNodeFactory().nullNode();
        }
        ObjectNode logprobs = Json.object();
        ArrayNode content = logprobs.putArray("content");
        for (int i = 0; i < chosen.size(); i++) {
            ObjectNode token = token(chosen.path(i));
            ArrayNode top = token.putArray("top_logprobs");
            content.add(token);
            for (JsonNode alternative : result.path("topCandidates").path(i).path("candidates")) {
                top.add(token(alternative));
            }
        }
        logprobs.putNull("refusal");
        return logprobs;
    }

    private static ObjectNode token(JsonNode token) {
        String text = token.path("token").asText("");
        ObjectNode json = Json.object()
                .put("token", text)
                .put("logprob", token.path("logProbability").asDouble(0));
        ArrayNode bytes = json.putArray("bytes");
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(b & 0xFF);
        }
        return json;
    }
}
