package dev.loom.gateway.client.responses;

import dev.loom.gateway.client.HubRequest;
import dev.loom.gateway.client.Parts;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The items of a conversation as the hub's messages. What the model thought, said and called in a row is one message; the
 * results of its calls follow, and what is no text in them is shown by the user after the last of them.
 */
final class InputReader {

    /** What OpenAI itself has run and found; the model's own words say what came of it. */
    private static final Set<String> OPENAIS_OWN =
            Set.of("web_search_call", "file_search_call", "code_interpreter_call", "mcp_list_tools", "mcp_call");

    private final HubRequest hub;
    private @Nullable Turn turn;
    private Parts shown = new Parts();

    InputReader(HubRequest hub) {
        this.hub = hub;
    }

    void add(Value item) throws InvalidRequest {
        item.object();
        String type = item.at("type").text("message");
        switch (type) {
            case "message" -> message(item);
            case "reasoning" -> model(item).reasoning(item);
            case "function_call" ->
                model(item).called(item, item.at("arguments").text());
            case "custom_tool_call" ->
                model(item).called(item, CustomTool.arguments(item.at("input").text()));
            case "function_call_output", "custom_tool_call_output" -> output(item);
            case "image_generation_call" -> picture(item);
            case "item_reference" -> hub.unsaid(item, "refers to an item that is not known here.");
            default -> other(item, type);
        }
    }

    private void other(Value item, String type) {
        if (!OPENAIS_OWN.contains(type)) {
            hub.unsaid(item, "is an item of the type '" + type + "'; other providers have no counterpart.");
        }
    }

    /** A picture that the model has made, in the hub's words, in which it may also have come from here. */
    private void picture(Value item) throws InvalidRequest {
        String data = item.at("result").text("");
        if (!data.isEmpty()) {
            model(item)
                    .pictured(Parts.dataUrl("image/" + item.at("output_format").text("png"), data));
        }
    }

    /** The model's turn, which begins unless it is going on. */
    private Turn model(Value item) {
        if (turn == null) {
            show();
            turn = new Turn(item);
        }
        return turn;
    }

    private void message(Value item) throws InvalidRequest {
        String role = item.at("role").text();
        switch (role) {
            case "assistant" -> model(item).said(item, hub);
            case "user" -> say(role, item);
            case "system", "developer" -> say("system", item); // not every server knows developers
            default -> throw item.at("role").invalid("must be user, assistant, system or developer.");
        }
    }

    private void say(String role, Value item) throws InvalidRequest {
        end();
        Parts parts = ContentReader.parts(item.at("content"), hub);
        if (!parts.isEmpty()) {
            hub.message(role, item, parts);
        }
    }

    private void output(Value item) throws InvalidRequest {
        endTurn();
        String id = item.at("call_id").name();
        Parts text = new Parts();
        Parts others = new Parts();
        Value output = item.at("output");
        if (output.json().isArray()) {
            for (Value part : output.items()) {
                ContentReader.add(part, part.type().endsWith("text") ? text : others, hub);
            }
        } else {
            text.text(output.text(), output);
        }
        if (!others.isEmpty()) {
            text.text("(The user shows the rest of this result next.)", item);
            shown.text("The rest of the result of the tool call " + id + ":", item);
            shown.addAll(others);
        }
        hub.message("tool", item, text).put("tool_call_id", id);
    }

    private void endTurn() {
        if (turn != null) {
            turn.write(hub);
            turn = null;
        }
    }

    private void show() {
        if (!shown.isEmpty()) {
            hub.message("user", shown.first(), shown);
            shown = new Parts();
        }
    }

    /** Writes what has been gathered. */
    void end() {
        endTurn();
        show();
    }
}
