package dev.loom.gateway.client.messages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.HubRequest;
import dev.loom.gateway.client.Parts;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;

/** A document: a PDF as a file, anything else as the text that it is. */
final class DocumentReader {

    private final Parts parts;
    private final HubRequest hub;

    DocumentReader(Parts parts, HubRequest hub) {
        this.parts = parts;
        this.hub = hub;
    }

    void read(Value block) throws InvalidRequest {
        Value source = block.at("source");
        Parts read = new Parts();
        String type = source.at("type").text();
        switch (type) {
            case "base64" -> {
                String url = Parts.dataUrl(
                        source.at("media_type").text("application/pdf"),
                        source.at("data").text());
                file(block, read).put("file_data", url);
            }
            case "url" -> file(block, read).put("file_url", source.at("url").text());
            case "text" -> read.text(heading(block) + source.at("data").text(), block);
            case "content" -> read.addAll(ContentReader.parts(source.at("content"), hub));
            default -> hub.unsaid(source, "is of the type '" + type + "'; other providers have no such files.");
        }
        if (block.at("citations").at("enabled").flag(false)) {
            hub.unsaid(block.at("citations"), "asks for citations; other providers make none of documents.");
        }
        read.mark(block.at("cache_control"));
        parts.addAll(read);
    }

    private static ObjectNode file(Value block, Parts parts) throws InvalidRequest {
        String context = block.at("context").text("");
        if (!context.isEmpty()) {
            parts.text(context, block);
        }
        return parts.file(block).put("filename", block.at("title").text("document.pdf"));
    }

    private static String heading(Value block) throws InvalidRequest {
        String title = block.at("title").text("");
        String context = block.at("context").text("");
        return (title.isEmpty() ? "" : title + "\n\n") + (context.isEmpty() ? "" : context + "\n\n");
    }
}
