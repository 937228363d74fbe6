package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;

/** The event {@code error} of a stream that has no response in it yet. */
final class ErrorEvent {

    private ErrorEvent() {}

    /**
     * The fields that OpenAI documents, and the object that its API sends: its SDKs throw what stands in that.
     *
     * @param error as it stands under the key {@code error} of an answer
     */
    static ObjectNode of(int number, JsonNode error) {
        ObjectNode event = Json.object().put("type", "error").put("sequence_number", number);
        for (String field : new String[] {"code", "message", "param"}) {
            event.put(field, error.path(field).textValue());
        }
        return event.set("error", error);
    }
}
