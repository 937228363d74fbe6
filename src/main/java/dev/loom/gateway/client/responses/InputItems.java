package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.loom.gateway.provider.Json;

/** The items of a response's request as its client may look them up. */
final class InputItems {

    private InputItems() {}

    /** A page with all of them, newest first. */
    static ObjectNode page(ArrayNode items, String response) {
        ObjectNode page = Json.object().put("object", "list");
        ArrayNode data = page.putArray("data");
        for (int i = items.size() - 1; i >= 0; i--) {
            data.add(items.get(i) instanceof ObjectNode item ? whole(item, i, response) : items.get(i));
        }
        page.put("first_id", data.path(0).path("id").asText(""));
        page.put("last_id", data.path(data.size() - 1).path("id").asText(""));
        return page.put("has_more", false);
    }

    /** With what a request may leave out, and an answer may not. */
    private static ObjectNode whole(ObjectNode item, int index, String response) {
        item.putIfAbsent("type", TextNode.valueOf("message"));
        item.putIfAbsent("id", TextNode.valueOf("item_" + index + "_" + response));
        item.putIfAbsent("status", TextNode.valueOf("completed"));
        if (item.path("type").asText().equals("message")) {
            boolean said = item.path("role").asText().equals("assistant");
            item.set("content", parts(item.path("content"), said));
        }
        return item;
    }

    private static ArrayNode parts(JsonNode content, boolean said) {
        ArrayNode parts = Json.array();
        if (content.isTextual()) {
            parts.addObject().put("type", said ? "output_text" : "input_text").set("text", content);
        }
        content.forEach(parts::add);
        for (JsonNode part : parts) {
            if (part instanceof ObjectNode written) {
                switch (part.path("type").asText()) {
                    case "output_text" -> {
                        written.putIfAbsent("annotations", Json.array());
                        written.putIfAbsent("logprobs", Json.array());
                    }
                    case "input_image" -> written.putIfAbsent("detail", TextNode.valueOf("auto"));
                    default -> {}
                }
            }
        }
        return parts;
    }
}
