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
    private final ArrayNode shown = Json.array();
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
            throw new UnsupportedRequest("Gemini has calls of named functions only.", place + ".function.name");
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
        ObjectNode response = part.putObject("functionResponse").put("name", call.name);
        response.putObject("response").set("output", output(message.path("content")));
        show(message.path("content"), place + ".content", call.name, response);
        results.add(new Result(part, call.order));
        resultTurn = turn;
    }

    /** A result that is JSON is sent as JSON, any other as text. */
    private static JsonNode output(JsonNode content) {
        StringBuilder text = new StringBuilder(content.asText(""));
        content.forEach(part -> text.append(part.path("text").asText("")));
        JsonNode value = Json.lenient(text.toString().getBytes(StandardCharsets.UTF_8));
        return value.isContainerNode() ? value : Json.MAPPER.getNodeFactory().textNode(text.toString());
    }

    /** Pictures and files stand in the result itself where the model reads them there, else in a turn of the user behind it. */
    private void show(JsonNode content, String place, String name, ObjectNode response) {
        ArrayNode own = Json.array();
        for (int i = 0; i < content.size(); i++) {
            if (content.path(i).path("text").isTextual()) {
                continue;
            }
            ObjectNode media = Media.of(content.path(i), place + "[" + i + "]");
            if (model.readsPicturesInResults() && media.has("inlineData")) {
                own.add(media);
            } else {
                shown.addObject().put("text", "From the result of " + name + ":");
                shown.add(media);
            }
        }
        if (!own.isEmpty()) {
            response.set("parts", own);
        }
    }

    /**
     * Writes the results that came in since the last turn, in the order of their calls, as Gemini wants them.
     *
     * @return what they showed and cannot carry themselves, for a turn of the user
     */
    ArrayNode endOfTurn() {
        if (resultTurn != null) {
            results.sort(Comparator.comparingInt(Result::order));
            for (Result result : results) {
                resultTurn.add(result.part);
            }
        }
        results.clear();
        resultTurn = null;
        ArrayNode taken = shown.deepCopy();
        shown.removeAll();
        return taken;
    }
}
