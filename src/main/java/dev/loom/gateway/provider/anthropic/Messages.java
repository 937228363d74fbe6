package dev.loom.gateway.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.ToolIds;
import dev.loom.gateway.provider.UnsupportedRequest;
import dev.loom.gateway.provider.anthropic.Model.Feature;
import java.util.Set;
import java.util.TreeSet;

/**
 * OpenAI's messages as Anthropic's system prompt and turns. Turns of the same role are merged; tool results stand first
 * in theirs, as the API demands. Anything else keeps its order.
 */
final class Messages {

    /** The API's own words: {@code String should match pattern '^[a-zA-Z0-9_-]+$'}, and {@code ids must be unique}. */
    private static final ToolIds.Form IDS = new ToolIds.Form("a-zA-Z0-9_-", 1, 64, true);

    private final ToolIds ids = new ToolIds(IDS);
    private final Content content;
    private final boolean systemTurns;
    private final boolean thinking;
    private final ArrayNode system = Json.array();
    private final ArrayNode turns = Json.array();
    private int results;

    private Messages(Model model, boolean thinking) {
        this.thinking = thinking;
        this.content = new Content(model);
        this.systemTurns = model.can(Feature.SYSTEM_TURNS);
    }

    /**
     * @param thinking whether what the model thought before may go back to it
     * @throws UnsupportedRequest if a message says what Anthropic has no word for
     */
    static Messages of(JsonNode messages, Model model, boolean thinking) {
        Messages all = new Messages(model, thinking);
        for (int i = 0; i < messages.size(); i++) {
            all.add(messages.path(i), "messages[" + i + "]");
        }
        all.finish(model, "messages[" + (messages.size() - 1) + "]");
        return all;
    }

    /** The blocks of the system prompt; may be empty. */
    ArrayNode system() {
        return system;
    }

    ArrayNode turns() {
        return turns;
    }

    /** True if the model's last turn called tools without the reasoning that led to it, as most clients send it back. */
    boolean lastCallLacksThinking() {
        for (int i = turns.size() - 1; i >= 0; i--) {
            if (turns.path(i).path("role").asText().equals("assistant")) {
                JsonNode blocks = turns.path(i).path("content");
                boolean calls = type(blocks.path(blocks.size() - 1)).equals("tool_use");
                return calls && !type(blocks.path(0)).endsWith("thinking");
            }
        }
        return false;
    }

    /** Names of the tools that the conversation has called. */
    Set<String> calledTools() {
        Set<String> names = new TreeSet<>();
        for (JsonNode turn : turns) {
            for (JsonNode block : turn.path("content")) {
                if (type(block).equals("tool_use")) {
                    names.add(block.path("name").asText());
                }
            }
        }
        return names;
    }

    private void add(JsonNode message, String place) {
        String role = message.path("role").asText();
        switch (role) {
            case "system", "developer" -> addSystem(message, place);
            case "user" -> append("user", content.blocks(message.path("content"), place + ".content"), message);
            case "assistant" -> append("assistant", Assistant.blocks(message, content, ids, thinking, place), message);
            case "tool" -> addToolResult(message, place);
            default -> throw Unsupported.refusal("the role '" + role + "'", place + ".role");
        }
    }

    /** Instructions after the first turn stay where they are: as a turn of their own, or marked within the user's. */
    private void addSystem(JsonNode message, String place) {
        ArrayNode blocks = content.blocks(message.path("content"), place + ".content");
        CacheControl.keepAtEnd(message, blocks);
        for (JsonNode block : blocks) {
            if (!type(block).equals("text")) {
                throw Unsupported.refusal("anything but text in instructions", place + ".content");
            }
        }
        if (turns.isEmpty()) {
            system.addAll(blocks);
        } else if (systemTurns && !awaitsToolResult()) {
            append("system", blocks);
        } else {
            blocks.forEach(Messages::markAsSystem);
            append("user", blocks);
        }
    }

    /** True if the results of the last turn's tool calls must follow, and nothing may come between. */
    private boolean awaitsToolResult() {
        JsonNode blocks = turns.path(turns.size() - 1).path("content");
        return type(blocks.path(blocks.size() - 1)).equals("tool_use");
    }

    private static void markAsSystem(JsonNode block) {
        ((ObjectNode) block).put("text", "<system>" + block.path("text").asText() + "</system>");
    }

    private void addToolResult(JsonNode message, String place) {
        ObjectNode result = Json.object().put("type", "tool_result");
        String id = Assistant.toolId(message.path("tool_call_id"), place + ".tool_call_id");
        result.put("tool_use_id", ids.ofResult(id));
        ArrayNode blocks = content.blocks(message.path("content"), place + ".content");
        CacheControl.lift(blocks, result);
        CacheControl.keep(message, result);
        if (!blocks.isEmpty()) {
            result.set("content", message.path("content").isTextual() ? message.path("content") : blocks);
        }
        ArrayNode turn = turn("user");
        turn.insert(results, result);
        results++;
    }

    private void append(String role, ArrayNode blocks, JsonNode message) {
        CacheControl.keepAtEnd(message, blocks);
        append(role, blocks);
    }

    private void append(String role, ArrayNode blocks) {
        if (!blocks.isEmpty()) {
            turn(role).addAll(blocks);
        }
    }

    /** The blocks of the last turn if it is of that role, else of a new one. */
    private ArrayNode turn(String role) {
        JsonNode last = turns.path(turns.size() - 1);
        if (last.path("role").asText().equals(role)) {
            return (ArrayNode) last.path("content");
        }
        results = 0;
        return turns.addObject().put("role", role).putArray("content");
    }

    private void finish(Model model, String lastPlace) {
        if (turns.isEmpty()) {
            append("user", system.deepCopy()); // a conversation needs a turn; OpenAI's may be instructions alone
            system.removeAll();
        }
        if (turns.isEmpty()) {
            throw new UnsupportedRequest(
                    "The messages say nothing: Claude needs a text, a picture or a file.", "messages");
        }
        JsonNode last = turns.path(turns.size() - 1);
        if (last.path("role").asText().equals("assistant")) {
            if (!model.can(Feature.PREFILL)) {
                throw new UnsupportedRequest(
                        "This model does not take a conversation that ends with a message of the assistant.",
                        lastPlace);
            }
            stripEnd(last.path("content"));
        }
    }

    /** The API refuses white space at the end of what the model is to continue. */
    private static void stripEnd(JsonNode blocks) {
        if (blocks.path(blocks.size() - 1) instanceof ObjectNode last
                && type(last).equals("text")) {
            last.put("text", last.path("text").asText().stripTrailing());
        }
    }

    private static String type(JsonNode block) {
        return block.path("type").asText();
    }
}
