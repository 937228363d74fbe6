package dev.loom.gateway.client.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.Carried;
import dev.loom.gateway.provider.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Signatures that Google has not given, and refuses: notes of other providers' models in a conversation. */
final class Foreign {

    /** What Google documents for a call whose signature is lost. */
    private static final String LOST =
            Base64.getEncoder().encodeToString("skip_thought_signature_validator".getBytes(StandardCharsets.US_ASCII));

    private Foreign() {}

    /** The body with the documented word in the place of such signatures; the same bytes if there is none. */
    static byte[] replacedIn(byte[] body) {
        if (!Carried.mayBeIn(body)) {
            return body;
        }
        JsonNode request = Json.lenient(body);
        for (JsonNode content : request.path("contents")) {
            for (JsonNode part : content.path("parts")) {
                replaceIn(part, "thoughtSignature");
                replaceIn(part, "thought_signature");
            }
        }
        return request.isMissingNode() ? body : Json.bytes(request);
    }

    private static void replaceIn(JsonNode part, String field) {
        if (part instanceof ObjectNode object && Carried.unpack(part.path(field).asText("")) != null) {
            object.put(field, LOST);
        }
    }
}
