package dev.loom.gateway.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Arguments;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.ToolIds;
import dev.loom.gateway.provider.UnsupportedRequest;

/** An assistant's message as Anthropic's blocks: its reasoning if the client sent it back, its words, its tool calls. */
final class Assistant {

    private static final String PLACE = "tool_index";

    private Assistant() {}

    /** @param thinking whether what it thought may go back */
    static ArrayNode blocks(JsonNode message, Content content, ToolIds ids, boolean thinking, String place) {
        refuse(message, "function_call", place);
        refuse(message, "audio", place);
        ArrayNode blocks = Json.array();
        if (thinking) {
            addThinking(blocks, message, 0);
        }
        blocks.addAll(content.blocks(message.path("content"), place + ".content"));
        blocks.addAll(content.blocks(message.path("refusal"), place + ".refusal"));
        JsonNode calls = message.path("tool_calls");
        for (int i = 0; i < calls.size(); i++) {
            if (i > 0 && thinking) {
                addThinking(blocks, message, i);
            }
            blocks.add(toolUse(calls.path(i), ids, place + ".tool_calls[" + i + "]"));
        }
        return blocks;
    }

    private static void refuse(JsonNode message, String field, String place) {
        if (message.hasNonNull(field)) {
            throw Unsupported.refusal("'" + field + "' in a message", place + "." + field);
        }
    }

    /** A block of thinking as clients get it: with its place among the calls, if it is not before all of them. */
    static ObjectNode inPlace(ObjectNode block, int callsBefore) {
        return callsBefore == 0 ? block : block.deepCopy().put(PLACE, callsBefore);
    }

    /** The API wants what the model thought between its calls back where it was. */
    private static void addThinking(ArrayNode blocks, JsonNode message, int callsBefore) {
        for (JsonNode block : message.path("thinking_blocks")) {
            if (block.path(PLACE).asInt() == callsBefore) {
                addThinking(blocks, block);
            }
        }
    }

    /** Only what the API signed: it refuses any other reasoning. */
    private static void addThinking(ArrayNode blocks, JsonNode block) {
        String type = block.path("type").asText();
        boolean signed = type.equals("thinking") && block.path("signature").isTextual();
        if (signed) {
            blocks.addObject()
                    .put("type", type)
                    .put("thinking", block.path("thinking").asText())
                    .put("signature", block.path("signature").asText());
        } else if (type.equals("redacted_thinking") && block.path("data").isTextual()) {
            blocks.addObject().put("type", type).put("data", block.path("data").asText());
        }
    }

    private static ObjectNode toolUse(JsonNode call, ToolIds ids, String place) {
        JsonNode function = call.path("function");
        if (!function.path("name").isTextual()) {
            throw Unsupported.refusal("a call of anything but a named function", place);
        }
        ObjectNode block = Json.object().put("type", "tool_use");
        block.put("id", ids.ofCall(toolId(call.path("id"), place + ".id")));
        block.put("name", function.path("name").asText());
        block.set("input", Arguments.of(function.path("arguments")));
        CacheControl.keep(call, block);
        return block;
    }

    /** The id of a tool call, as the client has it. */
    static String toolId(JsonNode id, String place) {
        if (!id.isTextual() || id.asText().isEmpty()) {
            throw new UnsupportedRequest("'" + place + "' must be the id of a tool call.", place);
        }
        return id.asText();
    }
}
