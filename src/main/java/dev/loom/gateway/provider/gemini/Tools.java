package dev.loom.gateway.provider.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnsupportedRequest;
import java.util.LinkedHashSet;
import java.util.Set;

/** {@code tools} and {@code tool_choice} as Gemini's function declarations and calling mode. */
final class Tools {

    private Tools() {}

    static void write(JsonNode request, ObjectNode into) {
        JsonNode tools = request.path("tools");
        if (tools.isEmpty()) {
            return;
        }
        JsonNode choice = request.path("tool_choice");
        Set<String> allowed = allowed(choice);
        ArrayNode declarations = Json.array();
        for (int i = 0; i < tools.size(); i++) {
            ObjectNode declaration = declaration(tools.path(i), "tools[" + i + "]");
            if (allowed.isEmpty() || allowed.contains(declaration.path("name").asText())) {
                declarations.add(declaration);
            }
        }
        if (declarations.isEmpty()) {
            throw new UnsupportedRequest("None of the allowed tools is among 'tools'.", "tool_choice");
        }
        into.putArray("tools").addObject().set("functionDeclarations", declarations);
        choice(choice, into);
    }

    private static ObjectNode declaration(JsonNode tool, String place) {
        String type = tool.path("type").asText("");
        JsonNode function = tool.path("function");
        if (!type.equals("function") || !function.path("name").isTextual()) {
            throw new UnsupportedRequest(
                    "Vertex AI knows tools of the type 'function' with a name only.", place + ".type");
        }
        ObjectNode declaration = Json.object();
        declaration.set("name", function.get("name"));
        if (function.path("description").isTextual()) {
            declaration.set("description", function.get("description"));
        }
        if (function.path("parameters").isObject()) {
            declaration.set("parametersJsonSchema", function.get("parameters"));
        }
        return declaration;
    }

    /** The only tools that may be declared under {@code allowed_tools}; empty for all. */
    private static Set<String> allowed(JsonNode choice) {
        Set<String> names = new LinkedHashSet<>();
        for (JsonNode tool : choice.path("allowed_tools").path("tools")) {
            names.add(tool.path("function").path("name").asText(""));
        }
        return names;
    }

    private static void choice(JsonNode choice, ObjectNode into) {
        String named = choice.path("function").path("name").asText("");
        String mode = !named.isEmpty() ? "ANY" : mode(choice);
        if (mode.isEmpty()) {
            return;
        }
        ObjectNode config = into.putObject("toolConfig").putObject("functionCallingConfig");
        config.put("mode", mode);
        if (!named.isEmpty()) {
            config.putArray("allowedFunctionNames").add(named);
        }
    }

    private static String mode(JsonNode choice) {
        if (choice.isMissingNode() || choice.isNull()) {
            return "";
        }
        String word = choice.isTextual()
                ? choice.textValue()
                : choice.path("allowed_tools").path("mode").asText("");
        return switch (word) {
            case "auto" -> "AUTO";
            case "none" -> "NONE";
            case "required" -> "ANY";
            default ->
                throw new UnsupportedRequest("Vertex AI has no counterpart for this 'tool_choice'.", "tool_choice");
        };
    }
}
