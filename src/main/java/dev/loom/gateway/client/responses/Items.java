package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.loom.gateway.client.Block;
import dev.loom.gateway.client.Carried;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.ToolIds;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Blocks of an answer as the items of a response's output. */
final class Items {

    /** Of ids of calls; OpenAI refuses longer ones where the conversation goes there one day. */
    private static final ToolIds.Form CALLS = new ToolIds.Form("\\x21-\\x7e", 1, 64, false);

    private static final Pattern ID = Pattern.compile("[a-z]+_([0-9a-f]{32})_\\d+");

    private final String response;
    private final ToolNames tools;

    /** @param response the id of the response that they belong to */
    Items(String response, ToolNames tools) {
        this.response = response;
        this.tools = tools;
    }

    /** The id of the response that an item belongs to; null where it is of no response that was made here. */
    static @Nullable String responseOf(String item) {
        Matcher id = ID.matcher(item);
        return id.matches() ? Envelope.PREFIX + id.group(1) : null;
    }

    boolean isCustom(Block call) {
        return tools.of(call.name()).custom();
    }

    /** A call's name as the client knows it. */
    String name(Block call) {
        return tools.of(call.name()).name();
    }

    /** @param index of the item in the output */
    ObjectNode start(Block block, int index) {
        return switch (block.kind()) {
            case REASONING -> reasoning(index);
            case TEXT, REFUSAL -> {
                ObjectNode message = item("msg", "message", index)
                        .put("status", "in_progress")
                        .put("role", "assistant");
                message.putArray("content");
                yield message;
            }
            case IMAGE ->
                item("ig", "image_generation_call", index)
                        .put("status", "in_progress")
                        .putNull("result");
            case CALL -> call(block, index, "").put("status", "in_progress");
        };
    }

    /** An item at its end. */
    ObjectNode whole(Block block, int index) {
        ObjectNode item = start(block, index);
        switch (block.kind()) {
            case REASONING -> {
                item.put("encrypted_content", encrypted(block));
                if (!block.text().isEmpty()) {
                    item.withArray("summary").add(summary(block.text()));
                }
            }
            case TEXT, REFUSAL -> item.withArray("content").add(part(block, block.text()));
            case IMAGE ->
                item.put("result", block.data())
                        .put("output_format", block.mediaType().substring("image/".length()));
            case CALL -> item.setAll(call(block, index, block.text()));
        }
        if (block.kind() != Block.Kind.REASONING) {
            item.put("status", block.isCut() ? "incomplete" : "completed");
        }
        return item;
    }

    /** What a call's provider wants back with it, as reasoning that says nothing else. */
    ObjectNode note(Block call, int index) {
        ObjectNode note = Json.object();
        note.putObject("calls").set(callId(call), call.extra());
        return reasoning(index).put("encrypted_content", Carried.pack(note));
    }

    private ObjectNode reasoning(int index) {
        ObjectNode reasoning = item("rs", "reasoning", index);
        reasoning.putArray("summary");
        return reasoning.putNull("encrypted_content");
    }

    static ObjectNode summary(String text) {
        return Json.object().put("type", "summary_text").put("text", text);
    }

    /** Reasoning as its provider signed it, or a note that nobody did. */
    private static String encrypted(Block block) {
        ObjectNode note = Json.object();
        JsonNode signed = block.signed();
        if (signed != null) {
            note.putArray("thinking_blocks").add(signed);
        }
        return Carried.pack(note);
    }

    /** The part of a message that a text or a refusal is. */
    static ObjectNode part(Block block, String text) {
        if (block.kind() == Block.Kind.REFUSAL) {
            return Json.object().put("type", "refusal").put("refusal", text);
        }
        ObjectNode part = Json.object().put("type", "output_text").put("text", text);
        part.putArray("annotations");
        part.putArray("logprobs");
        if (text.equals(block.text())) {
            block.annotations()
                    .forEach(annotation -> part.withArray("annotations").add(annotation(annotation)));
            part.withArray("logprobs").addAll(logprobs(block.logprobs()));
        }
        return part;
    }

    /** Those of a chat may leave out what those of a response have. What is no object tells of no token. */
    static ArrayNode logprobs(JsonNode chats) {
        ArrayNode logprobs = Json.array();
        tokens(chats).forEach(token -> {
            ArrayNode others = Json.array();
            tokens(token.path("top_logprobs")).forEach(others::add);
            token.set("top_logprobs", others);
            logprobs.add(token);
        });
        return logprobs;
    }

    private static List<ObjectNode> tokens(JsonNode chats) {
        List<ObjectNode> tokens = new ArrayList<>();
        for (JsonNode chat : chats) {
            if (chats.isArray() && chat.deepCopy() instanceof ObjectNode token) {
                bytes(token);
                tokens.add(token);
            }
        }
        return tokens;
    }

    private static void bytes(ObjectNode token) {
        if (!token.hasNonNull("bytes")) {
            token.putArray("bytes");
        }
    }

    /** Chat nests what it says of a source, a response does not; of a page it always says where and how it is called. */
    static ObjectNode annotation(JsonNode annotation) {
        String type = annotation.path("type").asText();
        ObjectNode flat = Json.object().put("type", type);
        if (annotation.path(type) instanceof ObjectNode nested) {
            flat.setAll(nested);
        }
        if (type.equals("url_citation")) {
            flat.putIfAbsent("start_index", IntNode.valueOf(0));
            flat.putIfAbsent("end_index", IntNode.valueOf(0));
            flat.putIfAbsent("title", TextNode.valueOf(""));
        }
        return flat;
    }

    private ObjectNode call(Block call, int index, String arguments) {
        ObjectNode item = isCustom(call)
                ? item("ctc", "custom_tool_call", index).put("input", CustomTool.input(arguments))
                : item("fc", "function_call", index).put("arguments", arguments);
        item.put("call_id", callId(call)).put("name", name(call));
        String namespace = tools.of(call.name()).namespace();
        return namespace == null ? item : item.put("namespace", namespace);
    }

    private static String callId(Block call) {
        return ToolIds.fitting(call.id(), CALLS);
    }

    private ObjectNode item(String prefix, String type, int index) {
        return Json.object()
                .put("id", prefix + "_" + response.substring(Envelope.PREFIX.length()) + "_" + index)
                .put("type", type);
    }
}
