package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.loom.gateway.client.Lookup;
import dev.loom.gateway.provider.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The items of a response's request as its client may look them up. */
final class InputItems {

    private InputItems() {}

    /**
     * A page of them, newest first.
     *
     * @param query {@code order=asc} turns them round, {@code after} is the id of the last item before the page, and without
     *     {@code limit} the page has all the rest
     */
    static ObjectNode page(ArrayNode items, String response, Lookup query) {
        List<ObjectNode> all = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            all.add(whole((ObjectNode) items.get(i), i, response));
        }
        if (!"asc".equals(query.get("order"))) {
            Collections.reverse(all);
        }
        List<ObjectNode> rest = all.subList(start(all, query.get("after")), all.size());
        int size = Math.min(rest.size(), most(query.get("limit")));
        ObjectNode page = Json.object().put("object", "list");
        ArrayNode data = page.putArray("data").addAll(rest.subList(0, size));
        page.put("first_id", data.path(0).path("id").asText(""));
        page.put("last_id", data.path(size - 1).path("id").asText(""));
        return page.put("has_more", size < rest.size());
    }

    private static int start(List<ObjectNode> items, @Nullable String after) {
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i).path("id").asText().equals(after)) {
                return i + 1;
            }
        }
        return 0;
    }

    /** One to 100, as at OpenAI's; anything else is no limit. */
    private static int most(@Nullable String limit) {
        return limit != null && limit.matches("[1-9]\\d?|100") ? Integer.parseInt(limit) : Integer.MAX_VALUE;
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
