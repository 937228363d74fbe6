package dev.loom.gateway.client.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.AssistantMessage;
import dev.loom.gateway.client.HubRequest;
import dev.loom.gateway.client.Parts;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The calls of a conversation and their results. The hub ties them by an id; Gemini's clients may leave it out, and then
 * a result belongs to the first call of its function that has none yet.
 */
final class FunctionCalls {

    private final HubRequest hub;
    private final Map<String, String> unanswered = new LinkedHashMap<>(); // functions by the ids of their calls
    private int calls;

    FunctionCalls(HubRequest hub) {
        this.hub = hub;
    }

    /** Adds a call to a turn. */
    ObjectNode called(Value call, AssistantMessage message) throws InvalidRequest {
        String name = call.at("name").name();
        String id = call.at("id").text("");
        String hubsId = id.isEmpty() ? "call_" + calls : id;
        calls++;
        unanswered.put(hubsId, name);
        JsonNode arguments = call.at("args").isSet() ? call.at("args").object() : Json.object();
        return message.called(hubsId, name, Json.string(arguments));
    }

    /**
     * Adds the message with a result.
     *
     * @param shown takes what is no text, which the user shows
     */
    void answered(Value result, Parts shown) throws InvalidRequest {
        String id = result.at("id").text("");
        String hubsId = id.isEmpty() ? idOf(result.at("name")) : id;
        unanswered.remove(hubsId);
        Parts text = new Parts();
        text.text(text(result.at("response")), result);
        Parts others = new Parts();
        for (Value part : result.at("parts").items()) {
            PartReader.add(part, others, hub);
        }
        if (!others.isEmpty()) {
            shown.text("The rest of the result of the tool call " + hubsId + ":", result);
            shown.addAll(others);
        }
        hub.message("tool", result, text).put("tool_call_id", hubsId);
    }

    private String idOf(Value name) throws InvalidRequest {
        String wanted = name.name();
        return unanswered.entrySet().stream()
                .filter(call -> call.getValue().equals(wanted))
                .findFirst()
                .map(Map.Entry::getKey)
                .orElseThrow(() -> name.invalid("names a function that was not called before."));
    }

    /** What a function gave, without the wrapping that Google advises. */
    private static String text(Value response) throws InvalidRequest {
        ObjectNode given = response.isSet() ? response.object() : Json.object();
        JsonNode output = given.size() == 1 ? given.path(given.has("result") ? "result" : "output") : given;
        return output.isTextual() ? output.textValue() : Json.string(given);
    }
}
