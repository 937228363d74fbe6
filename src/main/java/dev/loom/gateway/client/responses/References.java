package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
        List<String> unknown = new ArrayList<>();
        boolean found = false;
        if (!new String(request.body(), StandardCharsets.ISO_8859_1).contains(TYPE)) {
            return new References(request, unknown, found);
        }
        JsonNode body = Json.lenient(request.body());
        if (body.path("input") instanceof ArrayNode items) {
            for (int i = 0; i < items.size(); i++) {
                String id = referred(items.get(i));
                JsonNode item =
                        id == null ? null : recent.item(id, request.caller(), request.received(), request.room());
                if (item != null) {
                    items.set(i, item);
                    found = true;
                } else if (id != null) {
                    unknown.add(id);
                }
            }
        }
        return new References(found ? request.withBody(Json.bytes(body)) : request, unknown, found);
    }

    private static @Nullable String referred(JsonNode item) {
        boolean reference =
                item instanceof ObjectNode && item.path("type").asText().equals(TYPE);
        return reference ? item.path("id").textValue() : null;
    }
}
