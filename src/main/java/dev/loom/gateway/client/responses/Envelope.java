package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.loom.gateway.client.Head;
import dev.loom.gateway.client.StreamedErrors;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UsageDetails;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** A response but for its output: what it repeats of the request, and how it stands. */
final class Envelope {

    /** Of its id. */
    static final String PREFIX = "resp_";

    /** What the request asks for, until it is known what it got. */
    static final String SERVICE_TIER = "service_tier";

    /** What a response repeats, with what it says where the request says nothing. */
    private static final Map<String, JsonNode> REPEATED = new LinkedHashMap<>();

    static {
        NullNode none = NullNode.getInstance();
        for (String field : new String[] {
            "instructions",
            "max_output_tokens",
            "max_tool_calls",
            "previous_response_id",
            "temperature",
            "top_p",
            "prompt_cache_key",
            "safety_identifier"
        }) {
            REPEATED.put(field, none);
        }
        REPEATED.put("background", BooleanNode.FALSE);
        REPEATED.put("metadata", Json.object());
        REPEATED.put("parallel_tool_calls", BooleanNode.TRUE);
        REPEATED.put("reasoning", Json.object().putNull("effort").putNull("summary"));
        REPEATED.put(SERVICE_TIER, TextNode.valueOf("default"));
        REPEATED.put("store", BooleanNode.TRUE);
        REPEATED.put("text", Json.object().set("format", Json.object().put("type", "text")));
        REPEATED.put("tool_choice", TextNode.valueOf("auto"));
        REPEATED.put("truncation", TextNode.valueOf("disabled"));
    }

    private final Value request;

    Envelope(Value request) {
        this.request = request;
    }

    /** A response that is under way and has said nothing yet. */
    ObjectNode begin(Head head) {
        ObjectNode response = Json.object()
                .put("id", id(head))
                .put("object", "response")
                .put("created_at", head.created())
                .put("status", "in_progress")
                .put("model", head.model())
                .putNull("error")
                .putNull("incomplete_details");
        REPEATED.forEach((field, otherwise) -> response.set(
                field, request.at(field).isSet() ? request.at(field).json() : otherwise));
        if (request.at("user").isSet()) {
            response.set("user", request.at("user").json());
        }
        response.set("tools", tools());
        response.putArray("output");
        return response;
    }

    /** A function has these fields in any answer, whether the request says something of them or not. */
    private ArrayNode tools() {
        ArrayNode tools = Json.array();
        for (JsonNode tool : request.at("tools").json()) {
            tools.add(tool);
            if (tool.path("type").asText().equals("function")) {
                ObjectNode function = tool.deepCopy();
                function.putIfAbsent("parameters", NullNode.getInstance());
                function.putIfAbsent("strict", NullNode.getInstance());
                tools.set(tools.size() - 1, function);
            }
        }
        return tools;
    }

    /** Unlike any other, where a provider counts its answers to a few and begins anew. */
    private String id(Head head) {
        // Of a request of megabytes, its hash is there much sooner than its text.
        int asked = request.json().hashCode();
        byte[] seed = Json.bytes(Json.array().add(head.id()).add(head.created()).add(asked));
        return PREFIX + UUID.nameUUIDFromBytes(seed).toString().replace("-", "");
    }

    /** How a response ended. */
    static void end(ObjectNode response, String reason, UsageDetails usage) {
        boolean cut = reason.equals("length") || reason.equals("content_filter");
        response.put("status", cut ? "incomplete" : "completed");
        if (cut) {
            String why = reason.equals("length") ? "max_output_tokens" : reason;
            response.putObject("incomplete_details").put("reason", why);
        }
        response.set("usage", usage(usage));
    }

    /** How a response broke off. */
    static void fail(ObjectNode response, ApiError error) {
        String code = StreamedErrors.status(error) == 429 ? "rate_limit_exceeded" : "server_error";
        response.put("status", "failed").putObject("error").put("code", code).put("message", error.message());
    }

    private static ObjectNode usage(UsageDetails usage) {
        ObjectNode json = Json.object().put("input_tokens", usage.input());
        json.putObject("input_tokens_details")
                .put("cached_tokens", usage.cached())
                .put("cache_write_tokens", usage.cacheWritten());
        json.put("output_tokens", usage.output());
        json.putObject("output_tokens_details").put("reasoning_tokens", usage.reasoning());
        return json.put("total_tokens", usage.input() + usage.output());
    }

    static ArrayNode output(ObjectNode response) {
        return (ArrayNode) response.path("output");
    }
}
