package dev.loom.gateway.client.messages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.HubRequest;
import dev.loom.gateway.client.Parts;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;

/** What a client's tool gave. */
final class ToolResult {

    private ToolResult() {}

    /**
     * Adds the message with the result's text.
     *
     * @param shown takes what is no text: the hub's results of tools are text, so the user shows the rest
     */
    static void read(Value result, Parts shown, HubRequest hub) throws InvalidRequest {
        String id = result.at("tool_use_id").name();
        Parts text = new Parts();
        Parts others = new Parts();
        Value content = result.at("content");
        if (result.at("is_error").flag(false)) {
            text.text("Error:", result);
        }
        if (content.json().isTextual()) {
            text.text(content.text(), content);
        } else {
            for (Value block : content.items()) {
                ContentReader.add(block, isText(block) ? text : others, hub);
            }
        }
        if (!others.isEmpty()) {
            text.text("(The user shows the rest of this result next.)", result);
            shown.text("The rest of the result of the tool call " + id + ":", result);
            shown.addAll(others);
        }
        if (text.isEmpty()) {
            text.text("", result);
        }
        ObjectNode message = hub.message("tool", result, text);
        message.put("tool_call_id", id);
        ContentReader.keepCacheControl(result, message);
    }

    private static boolean isText(Value block) {
        return !block.type().equals("image") && !block.type().equals("document");
    }
}
