package dev.loom.gateway.client.completions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;

/** Probabilities of tokens in the older shape: a list for each of their properties. */
final class Logprobs {

    private Logprobs() {}

    /**
     * Null where there are none.
     *
     * @param start characters of the text before the first token
     */
    static JsonNode of(JsonNode tokens, int start) {
        if (tokens.isEmpty()) {
            return NullNode.getInstance();
        }
        ObjectNode logprobs = Json.object();
        ArrayNode texts = logprobs.putArray("tokens");
        ArrayNode values = logprobs.putArray("token_logprobs");
        ArrayNode tops = logprobs.putArray("top_logprobs");
        ArrayNode offsets = logprobs.putArray("text_offset");
        int offset = start;
        for (JsonNode token : tokens) {
            texts.add(token.path("token"));
            values.add(token.path("logprob"));
            ObjectNode top = tops.addObject();
            token.path("top_logprobs")
                    .forEach(other -> top.set(other.path("token").asText(), other.path("logprob")));
            offsets.add(offset);
            offset += token.path("token").asText().length();
        }
        return logprobs;
    }
}
