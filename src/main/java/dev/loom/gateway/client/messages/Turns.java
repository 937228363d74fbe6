package dev.loom.gateway.client.messages;

import dev.loom.gateway.client.HubRequest;
import dev.loom.gateway.client.Parts;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;

/** One entry of {@code messages}. */
final class Turns {

    private Turns() {}

    static void read(Value message, HubRequest hub) throws InvalidRequest {
        message.object();
        Value content = message.at("content");
        content.require(content.json().isTextual() || content.json().isArray(), "must be a string or an array.");
        String role = message.at("role").text();
        switch (role) {
            case "user" -> user(message, content, hub);
            case "assistant" -> AssistantReader.read(message, content, hub);
            case "system" -> hub.message(role, message, ContentReader.parts(content, hub));
            default -> throw message.at("role").invalid("must be user, assistant or system.");
        }
    }

    /** The results of tools go first, since they must follow the calls; what is no text in them has to come after. */
    private static void user(Value message, Value content, HubRequest hub) throws InvalidRequest {
        if (content.json().isTextual()) {
            hub.message("user", message, ContentReader.parts(content, hub));
            return;
        }
        Parts shown = new Parts();
        Parts said = new Parts();
        for (Value block : content.items()) {
            if (block.type().equals("tool_result")) {
                ToolResult.read(block, shown, hub);
            } else {
                ContentReader.add(block, said, hub);
            }
        }
        shown.addAll(said);
        if (!shown.isEmpty()) {
            hub.message("user", message, shown);
        }
    }
}
