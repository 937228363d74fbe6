package dev.loom.gateway.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnsupportedRequest;
import dev.loom.gateway.provider.anthropic.Model.Feature;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code tools}, {@code tool_choice} and {@code parallel_tool_calls}, and the tool that stands for a JSON answer. */
final class Tools {

    private final JsonNode request;
    private final Model model;
    private final boolean jsonTool;

    Tools(JsonNode request, Model model) {
        this.request = request;
        this.model = model;
        this.jsonTool = AnthropicJson.of(request, model) == AnthropicJson.TOOL;
    }

    /**
     * @param called names of the tools in the conversation so far, which the API wants declared
     * @throws UnsupportedRequest if a tool is no function, or if the model cannot be made to call one
     */
    void addTo(ObjectNode out, Set<String> called) {
        ArrayNode tools = tools();
        ObjectNode choice = choice(!tools.isEmpty());
        if (jsonTool) {
            tools.add(jsonTool());
        } else if (tools.isEmpty() && !called.isEmpty()) {
            called.forEach(name -> tools.add(declaration(name, Json.object())));
            choice = type("none");
        }
        if (!tools.isEmpty()) {
            out.set("tools", tools);
        }
        if (choice != null) {
            refuseForce(choice);
            out.set("tool_choice", choice);
        }
    }

    /** True if the choice leaves the model no way but to call a tool, which excludes thinking. */
    static boolean isForced(JsonNode choice) {
        String type = choice.path("type").asText();
        return type.equals("any") || type.equals("tool");
    }

    private ArrayNode tools() {
        ArrayNode tools = Json.array();
        if (jsonTool && chosen().asText().equals("none")) {
            return tools; // the JSON tool must be called, and no other may
        }
        Set<String> allowed = allowed();
        JsonNode all = request.path("tools");
        Set<Integer> strict = model.can(Feature.STRICT_TOOLS) ? StrictLimits.strict(all, enforcedAnswer()) : Set.of();
        for (int i = 0; i < all.size(); i++) {
            JsonNode function = function(all.path(i), "tools[" + i + "]");
            if (allowed == null || allowed.contains(function.path("name").asText())) {
                tools.add(tool(all.path(i), function, strict.contains(i)));
            }
        }
        return tools;
    }

    private static JsonNode function(JsonNode tool, String place) {
        JsonNode function = tool.path("function");
        if (!tool.path("type").asText().equals("function")
                || !function.path("name").isTextual()) {
            throw Unsupported.refusal("a tool that is not a named function", place);
        }
        return function;
    }

    private JsonNode enforcedAnswer() {
        return AnthropicJson.of(request, model) == AnthropicJson.SCHEMA
                ? AnthropicJson.schema(request)
                : Json.MAPPER.missingNode();
    }

    private ObjectNode tool(JsonNode outer, JsonNode function, boolean strict) {
        JsonNode parameters = function.path("parameters");
        ObjectNode tool = declaration(function.path("name").asText(), strict ? Schema.clean(parameters) : parameters);
        if (function.path("description").isTextual()) {
            tool.set("description", function.path("description"));
        }
        if (strict) {
            tool.put("strict", true);
        }
        CacheControl.keep(function, tool);
        CacheControl.keep(outer, tool);
        return tool;
    }

    private static ObjectNode declaration(String name, JsonNode parameters) {
        ObjectNode tool = Json.object().put("name", name);
        tool.set("input_schema", inputSchema(parameters));
        return tool;
    }

    private static ObjectNode inputSchema(JsonNode parameters) {
        ObjectNode schema = Json.object().put("type", "object");
        if (parameters instanceof ObjectNode object && !object.isEmpty()) {
            schema.setAll(object);
            return schema.put("type", "object"); // a list of types, one of them null, is not taken here
        }
        schema.putObject("properties");
        return schema;
    }

    private ObjectNode jsonTool() {
        JsonNode format = request.path("response_format").path("json_schema");
        return declaration(AnthropicJson.TOOL_NAME, AnthropicJson.schema(request))
                .put("description", format.path("description").asText("Gives the answer to the user."));
    }

    private JsonNode chosen() {
        JsonNode choice = request.path("tool_choice");
        return choice.path("type").asText().equals("allowed_tools")
                ? choice.path("allowed_tools").path("mode")
                : choice;
    }

    /** The names that {@code allowed_tools} leaves; null where the client does not restrict them. */
    private @Nullable Set<String> allowed() {
        if (!request.path("tool_choice").path("type").asText().equals("allowed_tools")) {
            return null;
        }
        Set<String> names = new HashSet<>();
        for (JsonNode tool : request.path("tool_choice").path("allowed_tools").path("tools")) {
            names.add(tool.path("function").path("name").asText());
        }
        return names;
    }

    /** Null where there is nothing to say: Anthropic refuses a choice among no tools. */
    private @Nullable ObjectNode choice(boolean hasTools) {
        boolean oneAtATime = request.path("parallel_tool_calls").isBoolean()
                && !request.path("parallel_tool_calls").asBoolean();
        if (jsonTool) {
            ObjectNode forced = hasTools ? type("any") : type("tool").put("name", AnthropicJson.TOOL_NAME);
            return forced.put("disable_parallel_tool_use", true);
        }
        ObjectNode choice = hasTools ? clientsChoice(oneAtATime) : null;
        if (choice != null && oneAtATime && !choice.path("type").asText().equals("none")) {
            choice.put("disable_parallel_tool_use", true);
        }
        return choice;
    }

    private @Nullable ObjectNode clientsChoice(boolean oneAtATime) {
        JsonNode choice = chosen();
        if (choice.isMissingNode() || choice.isNull()) {
            return oneAtATime ? type("auto") : null;
        } else if (choice.path("function").path("name").isTextual()) {
            return type("tool").put("name", choice.path("function").path("name").asText());
        }
        return switch (choice.asText()) {
            case "auto", "none" -> type(choice.asText());
            case "required" -> type("any");
            default -> throw Unsupported.refusal("this value of 'tool_choice'", "tool_choice");
        };
    }

    private static ObjectNode type(String type) {
        return Json.object().put("type", type);
    }

    private void refuseForce(ObjectNode choice) {
        if (isForced(choice) && !model.can(Feature.FORCED_TOOL)) {
            throw new UnsupportedRequest("This model cannot be made to call a tool.", "tool_choice");
        }
    }
}
