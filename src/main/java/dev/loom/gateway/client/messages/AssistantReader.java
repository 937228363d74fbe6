package dev.loom.gateway.client.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.Carried;
import dev.loom.gateway.client.HubRequest;
import dev.loom.gateway.client.Parts;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;

/** A turn of the model's: what it thought, said and called. */
final class AssistantReader {

    private final HubRequest hub;
    private final Parts said = new Parts();
    private final StringBuilder reasoning = new StringBuilder();
    private final ArrayNode signed = Json.array();
    private final ArrayNode calls = Json.array();
    private final ObjectNode extras = Json.object();

    private AssistantReader(HubRequest hub) {
        this.hub = hub;
    }

    static void read(Value message, Value content, HubRequest hub) throws InvalidRequest {
        AssistantReader reader = new AssistantReader(hub);
        if (content.json().isTextual()) {
            reader.said.text(content.text(), content);
        } else {
            for (Value block : content.items()) {
                reader.add(block);
            }
        }
        reader.write(message);
    }

    private void add(Value block) throws InvalidRequest {
        switch (block.type()) {
            case "thinking" -> thinking(block);
            case "redacted_thinking" -> redacted(block);
            case "tool_use" -> call(block);
            default -> ContentReader.add(block, said, hub);
        }
    }

    private void thinking(Value block) throws InvalidRequest {
        String signature = block.at("signature").text("");
        reasoning.append(block.at("thinking").text(""));
        if (!signature.isEmpty() && Carried.unpack(signature) == null) {
            signed.add(block.json());
        }
    }

    private void redacted(Value block) throws InvalidRequest {
        ObjectNode note = Carried.unpack(block.at("data").text());
        if (note == null) {
            signed.add(block.json());
        } else if (note.path("calls") instanceof ObjectNode ofCalls) {
            extras.setAll(ofCalls);
        }
    }

    private void call(Value block) throws InvalidRequest {
        ObjectNode call = calls.addObject().put("id", block.at("id").name()).put("type", "function");
        call.putObject("function")
                .put("name", block.at("name").name())
                .put("arguments", Json.string(block.at("input").object()));
        ContentReader.keepCacheControl(block, call);
    }

    private void write(Value from) {
        if (said.isEmpty() && calls.isEmpty() && signed.isEmpty() && reasoning.isEmpty()) {
            return;
        }
        ObjectNode message = hub.message("assistant", from, said);
        if (said.isEmpty()) {
            message.putNull("content");
        }
        if (!reasoning.isEmpty()) {
            message.put("reasoning_content", reasoning.toString());
        }
        if (!signed.isEmpty()) {
            message.set("thinking_blocks", signed);
        }
        if (!calls.isEmpty()) {
            calls.forEach(this::addExtra);
            message.set("tool_calls", calls);
        }
    }

    private void addExtra(JsonNode call) {
        JsonNode extra = extras.path(call.path("id").asText());
        if (extra.isObject()) {
            ((ObjectNode) call).set("extra_content", extra);
        }
    }
}
