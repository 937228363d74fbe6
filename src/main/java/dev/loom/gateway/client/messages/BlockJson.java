package dev.loom.gateway.client.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.Block;
import dev.loom.gateway.client.Carried;
import dev.loom.gateway.client.Head;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.ToolIds;
import java.nio.charset.StandardCharsets;

/** Blocks of an answer as Anthropic's. */
final class BlockJson {

    /** Of ids of calls; others would be refused where the conversation goes to Anthropic one day. */
    private static final ToolIds.Form IDS = new ToolIds.Form("a-zA-Z0-9_-", 1, 64, false);

    /** Anthropic's own advice for arguments that are no JSON. */
    private static final String INVALID = "INVALID_JSON";

    private BlockJson() {}

    /** A message without content. */
    static ObjectNode message(Head head) {
        ObjectNode message = Json.object()
                .put("id", "msg_" + head.bareId())
                .put("type", "message")
                .put("role", "assistant")
                .put("model", head.model());
        message.putArray("content");
        return message.putNull("stop_reason").putNull("stop_sequence").putNull("stop_details");
    }

    static boolean isRedacted(Block block) {
        return !redactedData(block).isEmpty();
    }

    private static String redactedData(Block block) {
        JsonNode signed = block.signed();
        return signed == null ? "" : signed.path("data").asText("");
    }

    /** A block as it begins, without what its deltas say. */
    static ObjectNode start(Block block) {
        return switch (block.kind()) {
            case REASONING -> isRedacted(block) ? redacted(redactedData(block)) : thinking("", "");
            case TEXT, REFUSAL, IMAGE -> Json.object().put("type", "text").put("text", "");
            case CALL -> toolUse(block, Json.object());
        };
    }

    /** A block at its end. */
    static ObjectNode whole(Block block) {
        return switch (block.kind()) {
            case REASONING -> isRedacted(block) ? start(block) : thinking(block.text(), signature(block));
            case TEXT, REFUSAL -> start(block).put("text", block.text());
            case IMAGE -> start(block).put("text", Pictures.text(block.text()));
            case CALL -> toolUse(block, input(block.text()));
        };
    }

    private static ObjectNode thinking(String text, String signature) {
        return Json.object().put("type", "thinking").put("thinking", text).put("signature", signature);
    }

    private static String id(Block call) {
        return ToolIds.fitting(call.id(), IDS);
    }

    private static ObjectNode toolUse(Block block, JsonNode input) {
        ObjectNode call =
                Json.object().put("type", "tool_use").put("id", id(block)).put("name", block.name());
        call.set("input", input);
        return call;
    }

    /** Of reasoning that nobody signed, a note that says so. */
    static String signature(Block block) {
        String signature =
                block.signed() == null ? "" : block.signed().path("signature").asText("");
        return signature.isEmpty() ? Carried.pack(Json.object()) : signature;
    }

    /** What a call's provider wants back with it, as a block that clients keep without looking into it. */
    static ObjectNode note(Block call) {
        ObjectNode note = Json.object();
        note.putObject("calls").set(id(call), call.extra());
        return redacted(Carried.pack(note));
    }

    private static ObjectNode redacted(String data) {
        return Json.object().put("type", "redacted_thinking").put("data", data);
    }

    private static JsonNode input(String arguments) {
        if (arguments.isBlank()) {
            return Json.object();
        }
        JsonNode input = Json.lenient(arguments.getBytes(StandardCharsets.UTF_8));
        return input.isObject() ? input : Json.object().put(INVALID, arguments);
    }
}
