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

    static void write(JsonNode request, Model model, ObjectNode into) {
        JsonNode tools = request.path("tools");
        JsonNode choice = request.path("tool_choice");
        JsonAnswer json = JsonAnswer.of(request, model);
        if (tools.isEmpty() || (json == JsonAnswer.MODE && !model.answersJsonBesideTools())) {
            return; // in the second case none may be called
        }
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
        if (json == JsonAnswer.TOOL) {
            declarations.add(JsonAnswer.tool(request));
            config(into).put("mode", "ANY");
        } else {
            choice(choice, into);
        }
    }

    private static ObjectNode declaration(JsonNode tool, String place) {
        String type = tool.path("type").asText("");
        JsonNode function = tool.path("function");
        if (!type.equals("function") || !function.path("name").isTextual()) {
            throw new UnsupportedRequest(
                    "Gemini knows tools of the type 'function' with a name only.", place + ".type");
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
        String mode = mode(choice);
        if (mode.isEmpty()) {
            return;
        }
        ObjectNode config = config(into).put("mode", mode);
        if (!named(choice).isEmpty()) {
            config.putArray("allowedFunctionNames").add(named(choice));
        }
    }

    private static ObjectNode config(ObjectNode into) {
        return into.putObject("toolConfig").putObject("functionCallingConfig");
    }

    private static String named(JsonNode choice) {
        return choice.path("function").path("name").asText("");
    }

    /** Gemini's word; empty where the client leaves it open. */
    static String mode(JsonNode choice) {
        if (!named(choice).isEmpty()) {
            return "ANY";
        } else if (choice.isMissingNode() || choice.isNull()) {
            return "";
        }
        String word = choice.isTextual()
                ? choice.textValue()
                : choice.path("allowed_tools").path("mode").asText("");
        return switch (word) {
            case "auto" -> "AUTO";
            case "none" -> "NONE";
            case "required" -> "ANY";
            default -> throw new UnsupportedRequest("Gemini has no counterpart for this 'tool_choice'.", "tool_choice");
        };
    }
}
