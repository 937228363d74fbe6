package dev.loom.gateway.client;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnsupportedRequest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A hub's chat request in the making. */
public final class HubRequest {

    private final ObjectNode body = Json.object();
    private final ArrayNode messages;
    private final Places places = new Places();
    private @Nullable UnsupportedRequest unsaid;

    /** @param stream true for a stream with its usage at the end */
    public HubRequest(String model, boolean stream) {
        body.put("model", model);
        messages = body.putArray("messages");
        if (stream) {
            body.put("stream", true).putObject("stream_options").put("include_usage", true);
        }
    }

    /** For all fields but the messages. */
    public ObjectNode body() {
        return body;
    }

    /** True also where all of them are what the hub cannot say. */
    public boolean hasMessages() {
        return !messages.isEmpty() || unsaid != null;
    }

    /** A message of a role, to be filled. */
    public ObjectNode message(String role, Value from) {
        places.put("messages[" + messages.size() + "]", from.place());
        return messages.addObject().put("role", role);
    }

    /** A message with content. */
    public ObjectNode message(String role, Value from, Parts parts) {
        for (int i = 0; i < parts.origins().size(); i++) {
            String part = "messages[" + messages.size() + "].content[" + i + "]";
            places.put(part, parts.origins().get(i).place());
        }
        ObjectNode message = message(role, from);
        message.set("content", parts.content());
        return message;
    }

    /** Sets a field to the client's value, whatever it is, if there is one. */
    public void copy(Value from, String field) {
        if (from.isSet()) {
            body.set(field, from.json());
            comesFrom(field, from);
        }
    }

    /** For errors: what the hub calls by one name, the client calls by another. */
    public void comesFrom(String field, Value from) {
        places.put(field, from.place());
    }

    /** The client asks for what the hub cannot say; the first of these is told. */
    public void unsaid(Value value, String what) {
        if (unsaid == null) {
            unsaid = value.unsupported(what);
        }
    }

    /** As {@link #unsaid(Value, String)}, where the API's own clients look for an error of its own. */
    public void unsaid(ApiError error) {
        if (unsaid == null) {
            unsaid = new UnsupportedRequest(error);
        }
    }

    public @Nullable UnsupportedRequest unsaid() {
        return unsaid;
    }

    public ApiError inClientsWords(ApiError error) {
        return places.translate(error);
    }

    /** @throws InvalidRequest if the client's values do not make a request */
    public ChatRequest build(Instant received) throws InvalidRequest {
        if (messages.isEmpty() && unsaid != null) {
            messages.addObject().put("role", "user").put("content", "");
        }
        try {
            return ChatRequest.parse(Json.bytes(body), received);
        } catch (InvalidRequest e) {
            throw new InvalidRequest(places.translate(e.error()));
        }
    }
}
