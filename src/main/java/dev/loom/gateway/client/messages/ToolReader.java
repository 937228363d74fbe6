package dev.loom.gateway.client.messages;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.HubRequest;
import dev.loom.gateway.client.StrictSchema;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;

/** {@code tools} and {@code tool_choice}. */
final class ToolReader {

    private final HubRequest hub;

    ToolReader(HubRequest hub) {
        this.hub = hub;
    }

    void read(Value request) throws InvalidRequest {
        ArrayNode tools = Json.array();
        for (Value tool : request.at("tools").items()) {
            String type = tool.at("type").text("custom");
            if (type.equals("custom")) {
                tools.add(tool(tool));
            } else {
                hub.unsaid(
                        tool, "is the tool '" + type + "', which Anthropic defines; other providers do not have it.");
            }
        }
        if (!tools.isEmpty()) {
            hub.body().set("tools", tools);
            choice(request.at("tool_choice"));
        }
    }

    private static ObjectNode tool(Value tool) throws InvalidRequest {
        ObjectNode hubs = Json.object().put("type", "function");
        ObjectNode function =
                hubs.putObject("function").put("name", tool.at("name").name());
        if (tool.at("description").isSet()) {
            function.put("description", tool.at("description").text());
        }
        ObjectNode schema = tool.at("input_schema").object();
        function.set("parameters", schema);
        if (tool.at("strict").flag(false)) {
            function.put("strict", StrictSchema.is(schema));
        }
        ContentReader.keepCacheControl(tool, hubs);
        return hubs;
    }

    private void choice(Value choice) throws InvalidRequest {
        if (!choice.isSet()) {
            return;
        }
        ObjectNode body = hub.body();
        switch (choice.type()) {
            case "auto", "none" -> body.put("tool_choice", choice.type());
            case "any" -> body.put("tool_choice", "required");
            case "tool" ->
                body.putObject("tool_choice")
                        .put("type", "function")
                        .putObject("function")
                        .put("name", choice.at("name").name());
            default -> throw choice.at("type").invalid("must be auto, any, tool or none.");
        }
        hub.comesFrom("tool_choice", choice);
        if (choice.at("disable_parallel_tool_use").flag(false)) {
            body.put("parallel_tool_calls", false);
        }
    }
}
