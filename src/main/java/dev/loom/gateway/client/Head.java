package dev.loom.gateway.client;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What an answer says of itself, in each of its chunks.
 *
 * @param created seconds since 1970, to the end of the year 9999
 * @param model as the provider names it
 * @param promptTokens an estimate
 */
public record Head(String id, long created, String model, long promptTokens) {

    /** The end of the year 9999, the last one that dates of languages can say. */
    private static final long LAST = 253_402_300_799L;

    /** Of a whole answer or a chunk of one. */
    public static Head of(JsonNode answer, long promptTokens) {
        return new Head(
                answer.path("id").asText(""),
                Math.max(0, Math.min(answer.path("created").asLong(), LAST)),
                answer.path("model").asText(""),
                promptTokens);
    }

    /** The id without what tells that it is a chat completion's. */
    public String bareId() {
        return id.replaceFirst("^(chatcmpl|cmpl|msg|resp|gen)[-_]", "");
    }
}
