package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.HubRequest;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code tools} and {@code tool_choice}. */
final class ToolReader {

    private final HubRequest hub;
    private final Set<String> custom = new HashSet<>();

    ToolReader(HubRequest hub) {
        this.hub = hub;
    }

    /** Names of the tools that take free text. */
    Set<String> custom() {
        return custom;
    }

    void read(Value request) throws InvalidRequest {
        ArrayNode tools = Json.array();
        for (Value tool : request.at("tools").items()) {
            String type = tool.at("type").text();
            switch (type) {
                case "function" -> tools.addObject().put("type", "function").set("function", function(tool));
                case "custom" -> {
                    custom.add(tool.at("name").name());
                    tools.addObject().put("type", "function").set("function", CustomTool.function(tool));
                }
                case "namespace" -> {} // a chat's calls have no names of two parts, so that the model does without the
                // group
                default -> builtIn(tool, type);
            }
        }
        if (!tools.isEmpty()) {
            hub.body().set("tools", tools);
            choice(request.at("tool_choice"));
        }
    }

    private void builtIn(Value tool, String type) {
        hub.unsaid(tool, "is the built-in tool '" + type + "', which OpenAI runs; other providers do not have it.");
    }

    private static ObjectNode function(Value tool) throws InvalidRequest {
        ObjectNode function = Json.object().put("name", tool.at("name").name());
        for (String field : List.of("description", "parameters", "strict")) {
            if (tool.at(field).isSet()) {
                function.set(field, tool.at(field).json());
            }
        }
        return function;
    }

    private void choice(Value choice) throws InvalidRequest {
        if (!choice.isSet()) {
            return;
        }
        hub.comesFrom("tool_choice", choice);
        if (choice.json().isTextual()) {
            hub.body().set("tool_choice", choice.json());
            return;
        }
        choice.object();
        switch (choice.type()) {
            case "function", "custom" -> hub.body().set("tool_choice", named(choice));
            case "allowed_tools" -> allowed(choice);
            default -> builtIn(choice, choice.type());
        }
    }

    private static ObjectNode named(Value tool) throws InvalidRequest {
        ObjectNode named = Json.object().put("type", "function");
        named.putObject("function").put("name", tool.at("name").name());
        return named;
    }

    private void allowed(Value choice) throws InvalidRequest {
        ObjectNode allowed = hub.body()
                .putObject("tool_choice")
                .put("type", "allowed_tools")
                .putObject("allowed_tools")
                .put("mode", choice.at("mode").text());
        ArrayNode tools = allowed.putArray("tools");
        for (Value tool : choice.at("tools").items()) {
            if (tool.at("name").isSet()) {
                tools.add(named(tool));
            } else {
                builtIn(tool, tool.type());
            }
        }
    }
}
