package dev.loom.gateway.camel.observe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.camel.port.Printable;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.routing.TrailEntry;
import java.util.List;

/**
 * {@code x-loom-trail}: who was called or skipped for a request, as a JSON array on one line, in printable ASCII. Where it
 * would become too long, the oldest entries are left out and their number stands in their place.
 */
public final class TrailHeader {

    /** Bytes. Clients and proxies in between take headers of 8 kB, all of them together. */
    private static final int LONGEST = 4096;

    private static final int ROOM_FOR_NUMBER = 24;

    private TrailHeader() {}

    public static String of(List<TrailEntry> trail) {
        ArrayNode shown = Json.array();
        int length = ROOM_FOR_NUMBER;
        for (int i = trail.size() - 1; i >= 0; i--) {
            ObjectNode entry = entry(trail.get(i));
            length += Json.bytes(entry).length + 1;
            if (length > LONGEST) {
                shown.insert(0, Json.object().put("omitted", i + 1));
                break;
            }
            shown.insert(0, entry);
        }
        return Json.string(shown);
    }

    /** The names in it may be a client's free text. */
    private static ObjectNode entry(TrailEntry entry) {
        ObjectNode json = entry.toJson()
                .put("provider", Printable.of(entry.provider()))
                .put("model", Printable.of(entry.model()));
        json.remove("request_id");
        return json;
    }
}
