package dev.loom.gateway.client;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What an answer says of itself, in each of its chunks.
 *
 * @param created seconds since 1970
 * @param model as the provider names it
 * @param promptTokens an estimate
 */
public record Head(String id, long created, String model, long promptTokens) {

    /** Of a whole answer or a chunk of one. */
    public static Head of(JsonNode answer, long promptTokens) {
        return new Head(
                answer.path("id").asText(""),
                answer.path("created").asLong(),
                answer.path("model").asText(""),
                promptTokens);
    }

    /** The id without what tells that it is a chat completion's. */
    public String bareId() {
        return id.replaceFirst("^(chatcmpl|cmpl|msg|resp|gen)[-_]", "");
    }
}
