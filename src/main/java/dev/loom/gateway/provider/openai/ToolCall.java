package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnreadableAnswer;

/** What whole and streamed tool calls have in common. */
final class ToolCall {

    static final String FUNCTION = "function";
    static final String CUSTOM = "custom";
    static final String NO_ARGUMENTS = "{}";

    private ToolCall() {}

    /** Tools of type {@code custom} take free text in {@code custom.input} and have no {@code function}. */
    static boolean isCustom(JsonNode call) {
        return call.path(CUSTOM).isObject();
    }

    /** The type of a call, and the member of it that has the name. */
    static String kind(JsonNode call) {
        return isCustom(call) ? CUSTOM : FUNCTION;
    }

    /** The name of a call, or of a tool; empty where there is none. */
    static String name(JsonNode call) {
        return call.path(kind(call)).path("name").asText("");
    }

    /** Whether an entry is the empty form of a call, perhaps with an id, and none. */
    static boolean saysNothing(JsonNode call) {
        return name(call).isEmpty() && said(call).isBlank();
    }

    /** The answer of a provider that calls nothing that has a name. */
    static UnreadableAnswer nameless() {
        return new UnreadableAnswer("The provider's answer calls a function without a name.");
    }

    /** {@code arguments} is JSON within a string; some servers send the JSON itself, or null. */
    static String arguments(JsonNode function) {
        JsonNode arguments = function.path("arguments");
        if (arguments.isContainerNode()) {
            return Json.string(arguments);
        }
        return arguments.isTextual() ? arguments.textValue() : "";
    }

    /** What an entry of a stream has of its call's arguments or text. */
    static String said(JsonNode call) {
        return isCustom(call) ? call.path("custom").path("input").asText("") : arguments(call.path("function"));
    }

    /**
     * Completes one entry of a whole answer's {@code tool_calls}.
     *
     * @throws UnreadableAnswer if it has no name
     */
    static void repair(ObjectNode call, String idIfMissing, Repair repair) throws UnreadableAnswer {
        if (name(call).isEmpty()) {
            throw nameless();
        }
        repair.textIfMissing(call, "id", idIfMissing);
        repair.textIfMissing(call, "type", kind(call));
        if (!isCustom(call)) {
            ObjectNode function = repair.object(call, "function");
            String arguments = arguments(function);
            repair.text(function, "arguments", arguments.isBlank() ? NO_ARGUMENTS : arguments);
        }
    }
}
