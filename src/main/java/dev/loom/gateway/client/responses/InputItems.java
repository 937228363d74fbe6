package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.loom.gateway.client.Lookup;
import dev.loom.gateway.provider.Json;
import org.jspecify.annotations.Nullable;

/** The items of a response's request as its client may look them up. */
final class InputItems {

    private InputItems() {}

    /** Bytes that {@link #whole} adds to an item, as a tree and as JSON. */
    static final long ADDED = 700;

    /** Which of a response's items are wanted, in which order. */
    record Page(ArrayNode items, String response, boolean ascending, int start, int size) {

        JsonNode json() {
            ObjectNode page = Json.object().put("object", "list");
            ArrayNode data = page.putArray("data");
            for (int i = start; i < start + size; i++) {
                int index = index(i);
                data.add(whole((ObjectNode) items.get(index), index, response));
            }
            page.put("first_id", data.path(0).path("id").asText(""));
            page.put("last_id", data.path(size - 1).path("id").asText(""));
            return page.put("has_more", start + size < items.size());
        }

        private int index(int position) {
            return ascending ? position : items.size() - 1 - position;
        }
    }

    /**
     * A page of them, newest first.
     *
     * @param query {@code order=asc} turns them round, {@code after} is the id of the last item before the page, and without
     *     {@code limit} the page has all the rest
     */
    static Page page(ArrayNode items, String response, Lookup query) {
        Page all = new Page(items, response, "asc".equals(query.get("order")), 0, items.size());
        int start = start(all, query.get("after"));
        return new Page(
                items, response, all.ascending, start, Math.min(items.size() - start, most(query.get("limit"))));
    }

    private static int start(Page all, @Nullable String after) {
        for (int i = 0; after != null && i < all.size; i++) {
            int index = all.index(i);
            if (id(all.items.get(index), index, all.response).equals(after)) {
                return i + 1;
            }
        }
        return 0;
    }

    private static String id(JsonNode item, int index, String response) {
        return item.path("id").asText("item_" + index + "_" + response);
    }

    /** One to 100, as at OpenAI's; anything else is no limit. */
    private static int most(@Nullable String limit) {
        return limit != null && limit.matches("[1-9]\\d?|100") ? Integer.parseInt(limit) : Integer.MAX_VALUE;
    }

    /** With what a request may leave out, and an answer may not. */
    private static ObjectNode whole(ObjectNode item, int index, String response) {
        item.putIfAbsent("type", TextNode.valueOf("message"));
        item.putIfAbsent("id", TextNode.valueOf(id(item, index, response)));
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
