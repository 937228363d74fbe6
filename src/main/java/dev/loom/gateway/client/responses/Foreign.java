package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.client.Carried;
import dev.loom.gateway.provider.Json;
import java.util.Iterator;

/** Reasoning that OpenAI has not encrypted, and refuses: notes of other providers' models in a conversation. */
final class Foreign {

    private Foreign() {}

    /** The body without such reasoning; the same bytes if there is none. */
    static byte[] removedFrom(byte[] body) {
        if (!Carried.mayBeIn(body)) {
            return body;
        }
        JsonNode request = Json.lenient(body);
        Iterator<JsonNode> items = request.path("input").iterator();
        while (items.hasNext()) {
            if (Carried.unpack(items.next().path("encrypted_content").asText("")) != null) {
                items.remove();
            }
        }
        return request.isMissingNode() ? body : Json.bytes(request);
    }
}
