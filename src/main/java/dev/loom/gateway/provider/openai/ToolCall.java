package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;

/** What whole and streamed tool calls have in common. */
final class ToolCall {

    static final String NO_ARGUMENTS = "{}";

    private ToolCall() {}

    /** Tools of type {@code custom} take free text in {@code custom.input} and have no {@code function}. */
    static boolean isCustom(JsonNode call) {
        return call.path("custom").isObject();
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

    /** Completes one entry of a whole answer's {@code tool_calls}. */
    static void repair(ObjectNode call, String idIfMissing, Repair repair) {
        repair.textIfMissing(call, "id", idIfMissing);
        repair.textIfMissing(call, "type", isCustom(call) ? "custom" : "function");
        if (!isCustom(call)) {
            ObjectNode function = repair.object(call, "function");
            String arguments = arguments(function);
            repair.text(function, "arguments", arguments.isBlank() ? NO_ARGUMENTS : arguments);
            if (!function.path("name").isTextual()) {
                repair.text(function, "name", "");
            }
        }
    }
}
