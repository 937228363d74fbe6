package dev.loom.gateway.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import java.util.List;
import java.util.Map;

/** A language that clients speak, to and from the hub. Stateless; free of I/O and clocks. */
public interface Surface {

    /** As configuration, logs and metrics call it: {@code messages}. */
    String name();

    /**
     * A request for an answer.
     *
     * @throws InvalidRequest if it is not well formed; the error names the field as the client calls it
     */
    ClientRequest read(RawRequest request) throws InvalidRequest;

    /**
     * A request's body for a provider of the same language: as it came, but for what models of other providers left in
     * the conversation.
     */
    default byte[] passedOn(byte[] body) {
        return body;
    }

    /**
     * Where a request says how long its answer may become: keys from the outside in, each in all its spellings. Empty where
     * no request passes as it came.
     */
    default List<List<String>> outputBound() {
        return List.of();
    }

    /**
     * An error that is the whole answer.
     *
     * @param more further keys of the error object, such as the trail of attempts; empty for none
     */
    ErrorAnswer error(int status, ApiError error, ObjectNode more, String requestId);

    /** What this language has in every answer's headers, beside {@code x-request-id}. */
    default Map<String, String> headers(String requestId) {
        return Map.of();
    }

    /** Whether clients pass over the comments of an event stream, as the standard wants it. */
    default boolean readsComments() {
        return true;
    }

    /**
     * Tells a client that reads a stream already of an error, as one event.
     *
     * @param error the body that it would have as an answer of its own
     */
    default void tell(JsonNode error, Events events) {
        events.data(Json.bytes(error));
    }

    /** True if errors are the hub's as they stand. */
    default boolean hasHubsErrors() {
        return false;
    }

    /**
     * The models that a client may ask for.
     *
     * @param models in the order of their ids
     * @param query may ask for a part of them, in languages that have parts
     */
    byte[] models(List<ServedModel> models, Lookup query);

    /** One of them. */
    byte[] model(ServedModel model);
}
