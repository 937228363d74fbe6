package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import java.nio.charset.StandardCharsets;

/**
 * A tool that takes free text, as a function that every provider knows: one with that text as its only argument. A
 * grammar that the text must follow is told to the model, which then is less bound than at OpenAI.
 */
final class CustomTool {

    private static final String INPUT = "input";

    private CustomTool() {}

    static ObjectNode function(Value tool) throws InvalidRequest {
        ObjectNode function = Json.object().put("name", tool.at("name").name());
        function.put("description", description(tool).strip());
        ObjectNode parameters = function.putObject("parameters").put("type", "object");
        parameters.putObject("properties").putObject(INPUT).put("type", "string");
        parameters.putArray("required").add(INPUT);
        parameters.put("additionalProperties", false);
        return function;
    }

    private static String description(Value tool) throws InvalidRequest {
        String description = tool.at("description").text("");
        Value format = tool.at("format");
        return format.type().equals("grammar")
                ? description + "\n\nThe input must follow this "
                        + format.at("syntax").text() + " grammar:\n"
                        + format.at("definition").text()
                : description;
    }

    static String arguments(String input) {
        return Json.string(Json.object().put(INPUT, input));
    }

    /** The text in the function's arguments; all of them where there is none. */
    static String input(String arguments) {
        JsonNode input =
                Json.lenient(arguments.getBytes(StandardCharsets.UTF_8)).path(INPUT);
        return input.isTextual() ? input.textValue() : arguments;
    }
}
