package dev.loom.gateway.client;

import dev.loom.gateway.provider.ApiError;
import java.util.HashMap;
import java.util.Map;

/** Where the fields of a hub's request stand in the client's. */
final class Places {

    private final Map<String, String> clients = new HashMap<>();

    void put(String hub, String client) {
        clients.put(hub, client);
    }

    /** The error with its field as the client calls it, as closely as that is known. */
    ApiError translate(ApiError error) {
        String hub = error.param();
        if (hub == null) {
            return error;
        }
        String client = of(hub);
        String message = error.message().replace("'" + hub + "'", "'" + client + "'");
        return error.about(message, client);
    }

    /** That of the field itself, else of the closest one that holds it; the hub's own where none is known. */
    private String of(String hub) {
        String at = hub;
        while (!clients.containsKey(at)) {
            int end = Math.max(at.lastIndexOf('.'), at.lastIndexOf('['));
            if (end < 0) {
                return hub;
            }
            at = at.substring(0, end);
        }
        return clients.getOrDefault(at, hub);
    }
}
