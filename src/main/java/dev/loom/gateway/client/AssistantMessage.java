package dev.loom.gateway.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;

/** A turn of the model's in a conversation: what it thought, said and called. */
public final class AssistantMessage {

    private final Parts said = new Parts();
    private final StringBuilder reasoning = new StringBuilder();
    private final ArrayNode signed = Json.array();
    private final ArrayNode images = Json.array();
    private final ArrayNode calls = Json.array();
    private final ObjectNode extras = Json.object();

    /** What it said, to be added to. */
    public Parts said() {
        return said;
    }

    public void thought(String text) {
        reasoning.append(text);
    }

    /** @param url of a picture that it has made, which providers that know of such pictures are shown */
    public void pictured(String url) {
        images.addObject().put("type", "image_url").putObject("image_url").put("url", url);
    }

    /** @param block reasoning that its provider signed, in Anthropic's form */
    public void signed(JsonNode block) {
        signed.add(block);
    }

    /** Takes what {@link Carried} brought back. */
    public void noted(ObjectNode note) {
        note.path("thinking_blocks").forEach(signed::add);
        note.path("calls").properties().forEach(call -> extras.set(call.getKey(), call.getValue()));
    }

    /** @param arguments JSON in a string */
    public ObjectNode called(String id, String name, String arguments) {
        ObjectNode call = calls.addObject().put("id", id).put("type", "function");
        call.putObject("function").put("name", name).put("arguments", arguments);
        return call;
    }

    /** Adds the message, unless there is nothing in it. */
    public void write(HubRequest hub, Value from) {
        boolean silent = said.isEmpty() && calls.isEmpty() && reasoning.isEmpty();
        if (silent && signed.isEmpty() && images.isEmpty()) {
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
        if (!images.isEmpty()) {
            message.set("images", images);
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
