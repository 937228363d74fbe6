package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.HubRequest;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code tools} and {@code tool_choice}. */
final class ToolReader {

    private final HubRequest hub;
    private final ToolNames names = new ToolNames();
    private final ArrayNode tools = Json.array();

    ToolReader(HubRequest hub) {
        this.hub = hub;
    }

    ToolNames names() {
        return names;
    }

    void read(Value request) throws InvalidRequest {
        for (Value tool : request.at("tools").items()) {
            if (tool.at("type").text().equals("namespace")) {
                group(tool);
            } else {
                add(null, tool);
            }
        }
        if (!tools.isEmpty()) {
            hub.body().set("tools", tools);
            choice(request.at("tool_choice"));
        }
    }

    /** What is said of the group is said of its first tool. */
    private void group(Value group) throws InvalidRequest {
        String namespace = group.at("name").name();
        int first = tools.size();
        for (Value tool : group.at("tools").items()) {
            add(namespace, tool);
        }
        String about = group.at("description").text("");
        if (tools.size() > first && !about.isEmpty()) {
            ObjectNode function = (ObjectNode) tools.get(first).path("function");
            String own = function.path("description").asText("");
            function.put("description", (own + "\n\nOf the group of tools '" + namespace + "': " + about).strip());
        }
    }

    private void add(@Nullable String namespace, Value tool) throws InvalidRequest {
        String type = tool.at("type").text();
        boolean custom = type.equals("custom");
        if (!custom && !type.equals("function")) {
            builtIn(tool, type);
            return;
        }
        String name = tool.at("name").name();
        if (!names.add(new ToolNames.Tool(namespace, name, custom))) {
            hub.unsaid(tool, "would go by the same name as another tool outside OpenAI.");
        }
        ObjectNode function = custom ? CustomTool.function(tool) : function(tool);
        function.put("name", ToolNames.joined(namespace, name));
        tools.addObject().put("type", "function").set("function", function);
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

    /** The name in the hub of what names a tool. */
    static String called(Value tool) throws InvalidRequest {
        return ToolNames.joined(tool.at("namespace").text(""), tool.at("name").name());
    }

    private static ObjectNode named(Value tool) throws InvalidRequest {
        ObjectNode named = Json.object().put("type", "function");
        named.putObject("function").put("name", called(tool));
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
