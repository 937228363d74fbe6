package dev.loom.gateway.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.anthropic.Model.Feature;

/** How a model is brought to answer in JSON. */
enum AnthropicJson {
    /** It is not. */
    NONE,
    /** By {@code output_config.format}. */
    SCHEMA,
    /**
     * By a tool that it must call; what it calls it with is the answer. For models without the former, and for schemas that
     * are more than it enforces.
     */
    TOOL,
    /**
     * By an instruction, which nothing enforces: for want of a counterpart to {@code json_object}, and for a model that can
     * neither be held to the schema nor be made to call a tool.
     */
    INSTRUCTION;

    /** Name of the tool whose input is the answer. */
    static final String TOOL_NAME = "json_answer";

    private static final String WORDS =
            "Answer with one JSON object and nothing else: no explanation and no code fence.";

    static AnthropicJson of(JsonNode request, Model model) {
        JsonNode format = request.path("response_format");
        boolean wanted = format.path("type").asText().startsWith("json_");
        boolean toolChosen = request.path("tool_choice").path("type").asText().equals("function");
        if (!wanted || (toolChosen && !model.can(Feature.JSON_SCHEMA))) {
            return NONE;
        } else if (!schema(request).isObject()) {
            return INSTRUCTION;
        } else if (model.can(Feature.JSON_SCHEMA) && StrictLimits.fits(schema(request))) {
            return SCHEMA;
        } else if (toolChosen) {
            return NONE;
        }
        return model.can(Feature.FORCED_TOOL) ? TOOL : INSTRUCTION;
    }

    /** The instruction. */
    static String words(JsonNode request) {
        return schema(request).isObject()
                ? WORDS + " It must conform to this JSON Schema:\n" + Json.string(schema(request))
                : WORDS;
    }

    /** As the client wrote it; a missing node where there is none. */
    static JsonNode schema(JsonNode request) {
        return request.path("response_format").path("json_schema").path("schema");
    }
}
