package dev.loom.gateway.client.gemini;

import dev.loom.gateway.client.HubRequest;
import dev.loom.gateway.client.Parts;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;

/** Texts, images, sounds and files. */
final class PartReader {

    private PartReader() {}

    static void add(Value part, Parts parts, HubRequest hub) throws InvalidRequest {
        part.object();
        Value inline = Keys.at(part, "inlineData");
        Value file = Keys.at(part, "fileData");
        if (part.at("text").isSet()) {
            parts.text(part.at("text").text(), part);
        } else if (inline.isSet()) {
            inline(inline, part, parts);
        } else if (file.isSet()) {
            file(file, part, parts);
        } else {
            hub.unsaid(part, "has nothing that other providers know.");
        }
    }

    private static void inline(Value inline, Value part, Parts parts) throws InvalidRequest {
        String type = Keys.at(inline, "mimeType").name();
        String data = inline.at("data").text().replace('-', '+').replace('_', '/'); // Google reads both alphabets
        if (type.startsWith("image/")) {
            parts.image(Parts.dataUrl(type, data), part);
        } else if (type.startsWith("audio/")) {
            parts.audio(data, type.substring("audio/".length()), part);
        } else {
            String name = Keys.at(inline, "displayName").text("file");
            parts.file(part).put("filename", name).put("file_data", Parts.dataUrl(type, data));
        }
    }

    private static void file(Value file, Value part, Parts parts) throws InvalidRequest {
        String url = Keys.at(file, "fileUri").name();
        if (Keys.at(file, "mimeType").text("").startsWith("image/")) {
            parts.image(url, part);
        } else {
            parts.file(part).put("file_url", url);
        }
    }
}
