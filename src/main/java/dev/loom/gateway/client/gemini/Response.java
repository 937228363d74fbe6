package dev.loom.gateway.client.gemini;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.Head;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UsageDetails;
import java.time.Instant;

/** An answer but for its candidates. */
final class Response {

    private Response() {}

    static ObjectNode of(Head head, ArrayNode candidates) {
        ObjectNode response = Json.object();
        response.set("candidates", candidates);
        return response.put("modelVersion", head.model())
                .put("responseId", head.bareId())
                .put("createTime", Instant.ofEpochSecond(head.created()).toString());
    }

    /** Gemini counts thoughts beside the candidates, the hub among them. */
    static ObjectNode usage(UsageDetails usage) {
        ObjectNode json = Json.object()
                .put("promptTokenCount", usage.input())
                .put("candidatesTokenCount", Math.max(0, usage.output() - usage.reasoning()))
                .put("totalTokenCount", usage.input() + usage.output());
        if (usage.reasoning() > 0) {
            json.put("thoughtsTokenCount", usage.reasoning());
        }
        return usage.cached() > 0 ? json.put("cachedContentTokenCount", usage.cached()) : json;
    }
}
