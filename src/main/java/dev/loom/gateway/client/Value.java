package dev.loom.gateway.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnsupportedRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A value of a client's request and where it stands, so that an error can name it as the client does.
 *
 * @param json missing where the request has no such value
 * @param place empty for the whole body
 */
public record Value(JsonNode json, String place, Notation notation) {

    /** How a language writes the place of an entry of an array: {@code input[0]} or {@code messages.0}. */
    public enum Notation {
        BRACKETS,
        DOTS
    }

    /** @throws InvalidRequest if the body is not one JSON object whose keys are unique */
    public static Value body(byte[] body, Notation notation) throws InvalidRequest {
        JsonNode json;
        try (JsonParser parser = Json.FACTORY.createParser(body)) {
            parser.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION.mappedFeature());
            json = Json.MAPPER.readTree(parser);
            if (parser.nextToken() != null) {
                json = Json.MAPPER.missingNode();
            }
        } catch (IOException e) {
            throw InvalidRequest.notJson(e);
        }
        Value whole = new Value(json == null ? Json.MAPPER.missingNode() : json, "", notation);
        whole.object();
        return whole;
    }

    /** True unless the value is missing or null. */
    public boolean isSet() {
        return !json.isMissingNode() && !json.isNull();
    }

    public Value at(String key) {
        return new Value(json.path(key), place.isEmpty() ? key : place + "." + key, notation);
    }

    /** The text of a field that tells one kind of object from another; empty where there is none. */
    public String type() {
        return json.path("type").asText("");
    }

    /** @throws InvalidRequest if the value is set and no array */
    public List<Value> items() throws InvalidRequest {
        require(!isSet() || json.isArray(), "must be an array.");
        List<Value> items = new ArrayList<>(json.size());
        for (int i = 0; i < json.size(); i++) {
            String at = notation == Notation.DOTS ? place + "." + i : place + "[" + i + "]";
            items.add(new Value(json.path(i), at, notation));
        }
        return items;
    }

    /** @throws InvalidRequest if the value is no object */
    public ObjectNode object() throws InvalidRequest {
        if (json instanceof ObjectNode object) {
            return object;
        }
        throw invalid("must be an object.");
    }

    /** @throws InvalidRequest if the value is no string */
    public String text() throws InvalidRequest {
        require(isSet(), "is missing.");
        require(json.isTextual(), "must be a string.");
        return json.textValue();
    }

    /** @throws InvalidRequest if the value is set and no string */
    public String text(String otherwise) throws InvalidRequest {
        return isSet() ? text() : otherwise;
    }

    /** @throws InvalidRequest if the value is no string with something in it */
    public String name() throws InvalidRequest {
        require(!text().isBlank(), "must not be empty.");
        return text();
    }

    /** @throws InvalidRequest if the value is set and neither true nor false */
    public boolean flag(boolean otherwise) throws InvalidRequest {
        require(!isSet() || json.isBoolean(), "must be true or false.");
        return json.asBoolean(otherwise);
    }

    /** @throws InvalidRequest if the value is no whole number from 0 to {@code Integer.MAX_VALUE} */
    public int count() throws InvalidRequest {
        require(isSet(), "is missing.");
        require(json.isInt() && json.intValue() >= 0, "must be a whole number that is not negative.");
        return json.intValue();
    }

    /** @throws InvalidRequest unless the condition holds */
    public void require(boolean condition, String otherwise) throws InvalidRequest {
        if (!condition) {
            throw invalid(otherwise);
        }
    }

    /** @param what the rest of a sentence that begins with the place */
    public InvalidRequest invalid(String what) {
        String subject = place.isEmpty() ? "The request body" : "'" + place + "'";
        return new InvalidRequest(ApiError.invalidRequest(subject + " " + what, place.isEmpty() ? null : place, null));
    }

    /** The same for what is well formed, but cannot be said in the hub's words. */
    public UnsupportedRequest unsupported(String what) {
        return new UnsupportedRequest("'" + place + "' " + what, place);
    }
}
