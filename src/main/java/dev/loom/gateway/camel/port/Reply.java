package dev.loom.gateway.camel.port;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.ErrorAnswer;
import dev.loom.gateway.client.Surface;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A whole answer to a client.
 *
 * @param headers beside {@code x-request-id}, which every answer carries
 */
public record Reply(int status, Map<String, String> headers, byte[] body) {

    public static Reply json(int status, byte[] body) {
        return new Reply(status, Map.of("Content-Type", "application/json"), body);
    }

    public static Reply error(int status, ApiError error) {
        return json(status, error.toBody());
    }

    /**
     * An error of the hub's in a client's language; any other answer as it is.
     *
     * @param words puts the error into the words of the client's request
     */
    public Reply spokenIn(Surface surface, UnaryOperator<ApiError> words, String requestId) {
        if (status < 400 || !(json().path("error") instanceof ObjectNode hubs)) {
            return this;
        }
        ApiError error = words.apply(ApiError.read(hubs));
        ObjectNode more = Json.object();
        more.setAll(error.details());
        ErrorAnswer answer = surface.error(status, error.bare(), more, requestId);
        return new Reply(answer.status(), headers, answer.body()).with(answer.headers());
    }

    public Reply with(String name, String value) {
        return with(Map.of(name, value));
    }

    public Reply with(Map<String, String> others) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.putAll(others);
        return new Reply(status, more, body);
    }

    /** For whoever writes it as JSON: what it says, and nothing of how it is sent. */
    @JsonValue
    JsonNode json() {
        return Json.lenient(body);
    }
}
