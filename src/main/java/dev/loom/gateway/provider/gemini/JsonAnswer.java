package dev.loom.gateway.provider.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;

/**
 * How a model is brought to answer in JSON. Those before Gemini 3 refuse JSON beside tools that they may call; then a
 * tool takes the answer, or an instruction asks for it. A tool that the client forces comes before the answer.
 */
enum JsonAnswer {
    /** It is not. */
    NONE,
    /** By {@code responseMimeType}. */
    MODE,
    /** By a tool beside the client's, one of which it must call; what it calls this one with is the answer. */
    TOOL,
    /** By an instruction, for want of a schema. */
    INSTRUCTION;

    /** Name of the tool whose arguments are the answer. */
    static final String TOOL_NAME = "json_answer";

    static final String WORDS = "When you answer, answer with one JSON object and nothing else.";

    static JsonAnswer of(JsonNode request, Model model) {
        String type = request.path("response_format").path("type").asText("text");
        if (!type.startsWith("json_")) {
            return NONE;
        } else if (request.path("tools").isEmpty() || model.answersJsonBesideTools()) {
            return MODE;
        }
        return switch (Tools.mode(request.path("tool_choice"))) {
            case "NONE" -> MODE;
            case "ANY" -> NONE;
            default -> schema(request).isObject() ? TOOL : INSTRUCTION;
        };
    }

    /** As the client wrote it; a missing node where there is none. */
    static JsonNode schema(JsonNode request) {
        return request.path("response_format").path("json_schema").path("schema");
    }

    static ObjectNode tool(JsonNode request) {
        JsonNode format = request.path("response_format").path("json_schema");
        ObjectNode tool = Json.object()
                .put("name", TOOL_NAME)
                .put("description", format.path("description").asText("Gives the answer to the user."));
        tool.set("parametersJsonSchema", schema(request));
        return tool;
    }
}
