package dev.loom.gateway.client.messages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.AssistantMessage;
import dev.loom.gateway.client.Carried;
import dev.loom.gateway.client.HubRequest;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;

/** The blocks of a turn of the model's. */
final class AssistantReader {

    private final HubRequest hub;
    private final AssistantMessage message = new AssistantMessage();

    private AssistantReader(HubRequest hub) {
        this.hub = hub;
    }

    static void read(Value turn, Value content, HubRequest hub) throws InvalidRequest {
        AssistantReader reader = new AssistantReader(hub);
        if (content.json().isTextual()) {
            reader.message.said().text(content.text(), content);
        } else {
            for (Value block : content.items()) {
                reader.add(block);
            }
        }
        reader.message.write(hub, turn);
    }

    private void add(Value block) throws InvalidRequest {
        switch (block.type()) {
            case "text" -> said(block);
            case "thinking" -> thinking(block);
            case "redacted_thinking" -> redacted(block);
            case "tool_use" -> {
                String arguments = Json.string(block.at("input").object());
                ObjectNode call =
                        message.called(block.at("id").name(), block.at("name").name(), arguments);
                ContentReader.keepCacheControl(block, call);
            }
            default -> {
                if (!isAnthropicsOwn(block.type())) {
                    ContentReader.add(block, message.said(), hub);
                }
            }
        }
    }

    private void said(Value block) throws InvalidRequest {
        String picture = Pictures.url(block.at("text").text());
        if (picture != null) {
            message.pictured(picture);
        } else {
            ContentReader.add(block, message.said(), hub);
        }
    }

    /** What Anthropic itself has run and found; the model's own words say what came of it. */
    private static boolean isAnthropicsOwn(String type) {
        return type.equals("server_tool_use") || type.equals("mcp_tool_use") || type.endsWith("_tool_result");
    }

    private void thinking(Value block) throws InvalidRequest {
        String signature = block.at("signature").text("");
        message.thought(block.at("thinking").text(""));
        if (!signature.isEmpty() && Carried.unpack(signature) == null) {
            message.signed(block.json());
        }
    }

    private void redacted(Value block) throws InvalidRequest {
        ObjectNode note = Carried.unpack(block.at("data").text());
        if (note == null) {
            message.signed(block.json());
        } else {
            message.noted(note);
        }
    }
}
