package dev.loom.gateway.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnsupportedRequest;
import dev.loom.gateway.provider.anthropic.Model.Feature;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;

/** The content of OpenAI's messages as Anthropic's blocks. */
final class Content {

    private static final Set<String> IMAGES = Set.of("image/jpeg", "image/png", "image/gif", "image/webp");
    private static final String PDF = "application/pdf";
    private static final String DATA = "data:";
    private static final String BASE64 = ";base64";

    private final boolean urlSources;

    Content(Model model) {
        this.urlSources = model.can(Feature.URL_SOURCES);
    }

    /**
     * The blocks of a message's content; none for null and for blank texts, which the API refuses.
     *
     * @param place of the content in the request, for errors
     */
    ArrayNode blocks(JsonNode content, String place) {
        ArrayNode blocks = Json.array();
        if (content.isTextual()) {
            addText(blocks, content);
        } else if (content.isArray()) {
            for (int i = 0; i < content.size(); i++) {
                add(blocks, content.path(i), place + "[" + i + "]");
            }
        } else if (!content.isNull() && !content.isMissingNode()) {
            throw new UnsupportedRequest("'" + place + "' must be a string or an array of parts.", place);
        }
        return blocks;
    }

    static ObjectNode text(String text) {
        return Json.object().put("type", "text").put("text", text);
    }

    private static void addText(ArrayNode blocks, JsonNode text) {
        if (text.isTextual() && !text.textValue().isBlank()) {
            blocks.add(text(text.textValue()));
        }
    }

    private void add(ArrayNode blocks, JsonNode part, String place) {
        int before = blocks.size();
        String type = part.path("type").asText();
        switch (type) {
            case "text" -> addText(blocks, part.path("text"));
            case "refusal" -> addText(blocks, part.path("refusal"));
            case "image_url" -> blocks.add(image(part.path("image_url"), place + ".image_url"));
            case "file" -> blocks.add(file(part.path("file"), place + ".file"));
            default -> throw Unsupported.refusal("content of type '" + type + "'", place);
        }
        if (blocks.size() > before) {
            CacheControl.keep(part, (ObjectNode) blocks.path(before));
        }
    }

    private ObjectNode image(JsonNode image, String place) {
        String url = image.isTextual() ? image.asText() : image.path("url").asText();
        if (!isAddress(url)) {
            return inline(url, place + ".url");
        } else if (!urlSources) {
            throw new UnsupportedRequest(
                    "This provider does not fetch images; send the image as a data URI.", place + ".url");
        }
        return block("image", Json.object().put("type", "url").put("url", url));
    }

    private ObjectNode file(JsonNode file, String place) {
        if (file.hasNonNull("file_id")) {
            throw Unsupported.refusal("files by id; send the file's data", place + ".file_id");
        }
        ObjectNode block = file.hasNonNull("file_url")
                ? elsewhere(file.path("file_url").asText(), place + ".file_url")
                : inline(file.path("file_data").asText(), place + ".file_data");
        if (block.path("type").asText().equals("document")
                && file.path("filename").isTextual()) {
            block.put("title", file.path("filename").asText());
        }
        return block;
    }

    private static boolean isAddress(String url) {
        return url.regionMatches(true, 0, "http://", 0, 7) || url.regionMatches(true, 0, "https://", 0, 8);
    }

    /** A PDF that Anthropic fetches. */
    private ObjectNode elsewhere(String url, String place) {
        if (!urlSources || !isAddress(url)) {
            throw new UnsupportedRequest("This provider does not fetch this file; send the file's data.", place);
        }
        return block("document", Json.object().put("type", "url").put("url", url));
    }

    private static ObjectNode inline(String uri, String place) {
        int comma = uri.indexOf(',');
        String head = comma < 0 ? "" : uri.substring(0, comma).toLowerCase(Locale.ROOT);
        if (!head.startsWith(DATA) || !head.endsWith(BASE64)) {
            throw new UnsupportedRequest("'" + place + "' must be a data URI with base64, or for images a URL.", place);
        }
        String media = head.substring(DATA.length(), head.indexOf(';')).replace("image/jpg", "image/jpeg");
        String data = uri.substring(comma + 1);
        if (IMAGES.contains(media)) {
            return block("image", base64(media, data));
        } else if (media.equals(PDF)) {
            return block("document", base64(media, data));
        } else if (media.startsWith("text/")) {
            return block("document", plainText(data, place));
        }
        throw Unsupported.refusal("data of type '" + media + "'", place);
    }

    private static ObjectNode block(String type, ObjectNode source) {
        ObjectNode block = Json.object().put("type", type);
        block.set("source", source);
        return block;
    }

    private static ObjectNode base64(String media, String data) {
        return Json.object().put("type", "base64").put("media_type", media).put("data", data);
    }

    private static ObjectNode plainText(String data, String place) {
        try {
            String text = new String(Base64.getDecoder().decode(data.replaceAll("\\s", "")), StandardCharsets.UTF_8);
            return Json.object()
                    .put("type", "text")
                    .put("media_type", "text/plain")
                    .put("data", text);
        } catch (IllegalArgumentException e) {
            throw new UnsupportedRequest("'" + place + "' is not valid base64.", place);
        }
    }
}
