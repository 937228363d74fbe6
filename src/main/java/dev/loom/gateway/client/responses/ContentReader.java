package dev.loom.gateway.client.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.client.HubRequest;
import dev.loom.gateway.client.Parts;
import dev.loom.gateway.client.Value;
import dev.loom.gateway.provider.InvalidRequest;
import java.util.List;

/** The content of a message or of a tool's result. */
final class ContentReader {

    private static final List<String> FILE = List.of("filename", "file_data", "file_id", "file_url");

    private ContentReader() {}

    /** A string or an array of parts. */
    static Parts parts(Value content, HubRequest hub) throws InvalidRequest {
        Parts parts = new Parts();
        if (content.json().isArray()) {
            for (Value part : content.items()) {
                add(part, parts, hub);
            }
        } else {
            parts.text(content.text(), content);
        }
        return parts;
    }

    static void add(Value part, Parts parts, HubRequest hub) throws InvalidRequest {
        part.object();
        String type = part.at("type").text();
        switch (type) {
            case "input_text", "output_text", "text" ->
                parts.text(part.at("text").text(), part);
            case "refusal" -> parts.text(part.at("refusal").text(), part);
            case "input_image" -> image(part, parts, hub);
            case "input_file" -> file(part, parts);
            case "input_audio" -> {
                Value audio = part.at("input_audio");
                parts.audio(audio.at("data").text(), audio.at("format").text(), part);
            }
            default -> hub.unsaid(part, "is content of the type '" + type + "'; other providers have no counterpart.");
        }
    }

    private static void image(Value part, Parts parts, HubRequest hub) throws InvalidRequest {
        if (part.at("file_id").isSet()) {
            hub.unsaid(part.at("file_id"), "names a file at OpenAI; other providers do not have it.");
            return;
        }
        ObjectNode image = parts.image(part.at("image_url").text(), part);
        if (part.at("detail").isSet()) {
            image.withObject("/image_url").put("detail", part.at("detail").text());
        }
    }

    private static void file(Value part, Parts parts) throws InvalidRequest {
        ObjectNode file = parts.file(part);
        for (String field : FILE) {
            if (part.at(field).isSet()) {
                file.put(field, part.at(field).text());
            }
        }
        part.require(!file.isEmpty(), "must have file_data, file_id or file_url.");
    }
}
