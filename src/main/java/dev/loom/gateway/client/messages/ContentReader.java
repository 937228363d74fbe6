package dev.loom.gateway.client.messages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.HubRequest;
import dev.loom.gateway.client.Parts;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;

/** Blocks that anybody may say: texts, images, documents and the results of a search. */
final class ContentReader {

    private ContentReader() {}

    /** A string or an array of blocks. */
    static Parts parts(Value content, HubRequest hub) throws InvalidRequest {
        Parts parts = new Parts();
        if (content.json().isTextual()) {
            parts.text(content.text(), content);
        } else {
            for (Value block : content.items()) {
                add(block, parts, hub);
            }
        }
        return parts;
    }

    static void add(Value block, Parts parts, HubRequest hub) throws InvalidRequest {
        block.object();
        String type = block.at("type").text();
        switch (type) {
            case "text" -> keepCacheControl(block, parts.text(block.at("text").text(), block));
            case "image" -> image(block, parts, hub);
            case "document" -> new DocumentReader(parts, hub).read(block);
            case "search_result" -> searchResult(block, parts, hub);
            default -> hub.unsaid(block, "is a block of the type '" + type + "'; other providers have no counterpart.");
        }
    }

    private static void image(Value block, Parts parts, HubRequest hub) throws InvalidRequest {
        Value source = block.at("source");
        String type = source.at("type").text();
        switch (type) {
            case "base64" -> {
                String data = source.at("data").text();
                String url = Parts.dataUrl(source.at("media_type").text(), data);
                keepCacheControl(block, parts.image(url, block));
            }
            case "url" -> keepCacheControl(block, parts.image(source.at("url").text(), block));
            default -> hub.unsaid(source, "is of the type '" + type + "'; other providers have no such files.");
        }
    }

    private static void searchResult(Value block, Parts parts, HubRequest hub) throws InvalidRequest {
        String title = block.at("title").text("");
        String source = block.at("source").text("");
        parts.text("[" + title + "](" + source + ")", block);
        for (Value text : block.at("content").items()) {
            add(text, parts, hub);
        }
    }

    /** The mark of a cached prefix. */
    static void keepCacheControl(Value from, ObjectNode to) {
        if (from.at("cache_control").json().isObject()) {
            to.set("cache_control", from.at("cache_control").json());
        }
    }
}
