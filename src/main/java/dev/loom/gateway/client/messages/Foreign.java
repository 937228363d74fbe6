package dev.loom.gateway.client.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.loom.gateway.client.Carried;
import dev.loom.gateway.provider.Json;
import java.util.Iterator;

/** Reasoning that Anthropic has not signed, and refuses: notes of other providers' models in a conversation. */
final class Foreign {

    private Foreign() {}

    /** The body without such reasoning, and without turns that had nothing else; the same bytes if there is none. */
    static byte[] removedFrom(byte[] body) {
        if (!Carried.mayBeIn(body)) {
            return body;
        }
        JsonNode request = Json.lenient(body);
        Iterator<JsonNode> messages = request.path("messages").iterator();
        while (messages.hasNext()) {
            if (messages.next().path("content") instanceof ArrayNode content
                    && removeFrom(content)
                    && content.isEmpty()) {
                messages.remove();
            }
        }
        return request.isMissingNode() ? body : Json.bytes(request);
    }

    private static boolean removeFrom(ArrayNode content) {
        boolean removed = false;
        Iterator<JsonNode> blocks = content.iterator();
        while (blocks.hasNext()) {
            JsonNode block = blocks.next();
            String opaque = block.path("signature").asText(block.path("data").asText(""));
            if (Carried.unpack(opaque) != null) {
                blocks.remove();
                removed = true;
            }
        }
        return removed;
    }
}
