package dev.loom.gateway.provider.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Arguments;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnsupportedRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The calls of functions in a conversation, and their results. OpenAI ties a result to its call by an id, Gemini by the
 * function's name and the order; so the calls seen so far are remembered.
 */
final class Calls {

    /** What Google documents for a call whose thought signature is lost; bytes, so Base64 in JSON. */
    static final String LOST_SIGNATURE =
            Base64.getEncoder().encodeToString("skip_thought_signature_validator".getBytes(StandardCharsets.US_ASCII));

    private record Call(String name, int order) {}

    private record Result(ObjectNode part, int order) {}

    private final Model model;
    private final Map<String, Call> callById = new HashMap<>();
    private final List<Result> results = new ArrayList<>();
    private @Nullable ArrayNode resultTurn;

    Calls(Model model) {
        this.model = model;
    }

    /** Appends the {@code tool_calls} of one assistant message. */
    void write(JsonNode toolCalls, String place, ArrayNode parts) {
        for (int i = 0; i < toolCalls.size(); i++) {
            ObjectNode part = part(toolCalls.path(i), place + "[" + i + "]");
            if (i == 0 && model.needsThoughtSignatures() && !part.has("thoughtSignature")) {
                part.put("thoughtSignature", LOST_SIGNATURE);
            }
            parts.add(part);
        }
    }

    private ObjectNode part(JsonNode call, String place) {
        JsonNode function = call.path("function");
        String name = function.path("name").asText("");
        if (name.isEmpty()) {
            throw new UnsupportedRequest("Vertex AI has calls of named functions only.", place + ".function.name");
        }
        callById.put(call.path("id").asText(""), new Call(name, callById.size()));
        ObjectNode part = Json.object();
        part.putObject("functionCall").put("name", name).set("args", Arguments.of(function.path("arguments")));
        JsonNode signature = call.path("extra_content").path("google").path("thought_signature");
        if (signature.isTextual() && !signature.textValue().isEmpty()) {
            part.set("thoughtSignature", signature);
        }
        return part;
    }

    private static JsonNode json(String text) {
        return Json.lenient(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Takes one message of the role {@code tool}; it is written when its turn ends. */
    void result(JsonNode message, String place, ArrayNode turn) {
        String id = message.path("tool_call_id").asText("");
        Call call = callById.get(id);
        if (call == null) {
            throw new UnsupportedRequest(
                    "No preceding assistant message has a tool call with the id '" + id + "'.",
                    place + ".tool_call_id");
        }
        ObjectNode part = Json.object();
        part.putObject("functionResponse")
                .put("name", call.name)
                .putObject("response")
                .set("output", output(message.path("content"), place + ".content"));
        results.add(new Result(part, call.order));
        resultTurn = turn;
    }

    /** A result that is JSON is sent as JSON, any other as text. */
    private static JsonNode output(JsonNode content, String place) {
        String text = content.isArray() ? joined(content, place) : content.asText("");
        JsonNode value = json(text);
        return value.isContainerNode() ? value : Json.MAPPER.getNodeFactory().textNode(text);
    }

    private static String joined(JsonNode parts, String place) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            if (!parts.get(i).path("text").isTextual()) {
                throw new UnsupportedRequest("The result of a tool must be text.", place + "[" + i + "]");
            }
            text.append(parts.get(i).path("text").textValue());
        }
        return text.toString();
    }

    /** Writes the results that came in since the last turn, in the order of their calls, as Gemini wants them. */
    void endOfTurn() {
        if (resultTurn != null) {
            results.sort(Comparator.comparingInt(Result::order));
            for (Result result : results) {
                resultTurn.add(result.part);
            }
        }
        results.clear();
        resultTurn = null;
    }
}
