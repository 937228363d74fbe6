package dev.loom.gateway.client.gemini;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.HubRequest;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import java.util.List;
import java.util.Locale;

/** {@code tools} and {@code toolConfig}. */
final class ToolReader {

    private final HubRequest hub;
    private final ArrayNode tools = Json.array();

    ToolReader(HubRequest hub) {
        this.hub = hub;
    }

    void read(Value request) throws InvalidRequest {
        for (Value tool : Keys.items(request.at("tools"))) {
            Value declarations = Keys.at(tool, "functionDeclarations");
            for (Value declaration : Keys.items(declarations)) {
                tools.addObject().put("type", "function").set("function", function(declaration));
                hub.comesFrom("tools[" + (tools.size() - 1) + "]", declaration);
            }
            builtIn(tool);
        }
        if (!tools.isEmpty()) {
            hub.body().set("tools", tools);
            choice(Keys.at(Keys.at(request, "toolConfig"), "functionCallingConfig"));
        }
    }

    private void builtIn(Value tool) throws InvalidRequest {
        tool.object().fieldNames().forEachRemaining(name -> {
            if (!name.equals("functionDeclarations") && !name.equals("function_declarations")) {
                hub.unsaid(tool.at(name), "is a tool that Google runs; other providers do not have it.");
            }
        });
    }

    private static ObjectNode function(Value declaration) throws InvalidRequest {
        ObjectNode function = Json.object().put("name", declaration.at("name").name());
        if (declaration.at("description").isSet()) {
            function.put("description", declaration.at("description").text());
        }
        Value schema = Keys.at(declaration, "parametersJsonSchema");
        if (schema.isSet()) {
            function.set("parameters", schema.object());
        } else if (declaration.at("parameters").isSet()) {
            function.set("parameters", Schema.plain(declaration.at("parameters").object()));
        }
        return function;
    }

    private void choice(Value config) throws InvalidRequest {
        Value mode = config.at("mode");
        List<Value> names = Keys.at(config, "allowedFunctionNames").items();
        String word = mode.text("").toUpperCase(Locale.ROOT);
        switch (word) {
            case "", "MODE_UNSPECIFIED" -> {}
            case "AUTO", "VALIDATED" -> choice("auto", names);
            case "ANY" -> choice("required", names);
            case "NONE" -> hub.body().put("tool_choice", "none");
            default -> throw mode.invalid("must be AUTO, ANY, VALIDATED or NONE.");
        }
        hub.comesFrom("tool_choice", mode);
    }

    private void choice(String mode, List<Value> names) throws InvalidRequest {
        ObjectNode body = hub.body();
        if (names.isEmpty()) {
            body.put("tool_choice", mode);
        } else if (names.size() == 1 && mode.equals("required")) {
            body.set("tool_choice", named(names.get(0)));
        } else {
            ObjectNode allowed = body.putObject("tool_choice").put("type", "allowed_tools");
            ArrayNode list =
                    allowed.putObject("allowed_tools").put("mode", mode).putArray("tools");
            for (Value name : names) {
                list.add(named(name));
            }
        }
    }

    private static ObjectNode named(Value name) throws InvalidRequest {
        ObjectNode named = Json.object().put("type", "function");
        named.putObject("function").put("name", name.name());
        return named;
    }
}
