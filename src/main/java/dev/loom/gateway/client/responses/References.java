package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.client.responses.RecentResponses.Output;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Items of earlier responses that a conversation names in the place of repeating them ({@code item_reference}), as some
 * clients do of their own accord.
 */
record References(RawRequest request, List<String> unknown, boolean found) {

    private static final String TYPE = "item_reference";

    /**
     * The request with the items themselves in their places.
     *
     * @param recent knows those that were made here; the ids of the others are {@link #unknown}
     * @throws InvalidRequest if there is no room for them
     */
    static References resolved(RawRequest request, RecentResponses recent) throws InvalidRequest {
        if (!new String(request.body(), StandardCharsets.ISO_8859_1).contains(TYPE)) {
            return new References(request, new ArrayList<>(), false);
        }
        JsonNode body = Json.lenient(request.body());
        Map<String, Output> looked = new HashMap<>();
        try {
            return body.path("input") instanceof ArrayNode items
                    ? resolved(request, recent, body, items, looked)
                    : new References(request, new ArrayList<>(), false);
        } finally {
            looked.values().forEach(output -> request.room().giveBack(output.weight()));
        }
    }

    private static References resolved(
            RawRequest request, RecentResponses recent, JsonNode body, ArrayNode items, Map<String, Output> looked)
            throws InvalidRequest {
        List<String> unknown = new ArrayList<>();
        boolean found = false;
        for (int i = 0; i < items.size(); i++) {
            String id = referred(items.get(i));
            JsonNode item = id == null ? null : item(id, request, recent, looked);
            if (item != null) {
                // In the tree, in the request that is made of it, and in the provider's.
                request.room().require(3L * Json.bytes(item).length);
                items.set(i, item);
                found = true;
            } else if (id != null) {
                unknown.add(id);
            }
        }
        return new References(found ? request.withBody(Json.bytes(body)) : request, unknown, found);
    }

    private static @Nullable JsonNode item(
            String id, RawRequest request, RecentResponses recent, Map<String, Output> looked) throws InvalidRequest {
        String response = Items.responseOf(id);
        Output output = response == null ? null : looked.get(response);
        if (response != null && output == null) {
            output = recent.output(response, request.caller(), request.received(), request.room());
            if (output != null) {
                looked.put(response, output);
            }
        }
        return output == null ? null : output.item(id);
    }

    private static @Nullable String referred(JsonNode item) {
        boolean reference =
                item instanceof ObjectNode && item.path("type").asText().equals(TYPE);
        return reference ? item.path("id").textValue() : null;
    }
}
