package dev.loom.gateway.provider.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.GeneratedId;
import dev.loom.gateway.provider.Target;
import java.time.DateTimeException;
import java.time.OffsetDateTime;

/**
 * What names an answer as a whole.
 *
 * @param created seconds since 1970
 * @param model as the provider names it
 */
record Envelope(String id, long created, String model) {

    private static final int LONGEST_TIME = 64;

    /** From {@code responseId}, {@code createTime} and {@code modelVersion}; what is missing comes from the request. */
    static Envelope of(JsonNode answer, ChatRequest request, Target target) {
        String id = answer.path("responseId").asText("");
        String model = answer.path("modelVersion").asText("");
        return new Envelope(
                id.isEmpty() ? GeneratedId.of("chatcmpl-", request, 0) : "chatcmpl-" + id,
                seconds(answer.path("createTime").asText(""), request.created()),
                model.isEmpty() ? target.model() : model);
    }

    private static long seconds(String time, long otherwise) {
        try {
            return time.isEmpty() || time.length() > LONGEST_TIME
                    ? otherwise
                    : Math.max(0, OffsetDateTime.parse(time).toEpochSecond());
        } catch (DateTimeException e) {
            return otherwise;
        }
    }
}
