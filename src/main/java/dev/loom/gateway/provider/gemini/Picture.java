package dev.loom.gateway.provider.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import org.jspecify.annotations.Nullable;

/**
 * A picture among the parts of an answer, for which OpenAI's messages have no place: it goes where OpenRouter and LiteLLM
 * put it, into {@code images}, as an {@code image_url} whose address is a data URI.
 */
final class Picture {

    private Picture() {}

    /** Null for a part that is none, and for a draft that the model made while it thought. */
    static @Nullable ObjectNode of(JsonNode part) {
        String url = part.path("thought").asBoolean(false) ? "" : url(part);
        if (url.isEmpty()) {
            return null;
        }
        ObjectNode image = Json.object().put("type", "image_url");
        image.putObject("image_url").put("url", url);
        return image;
    }

    private static String url(JsonNode part) {
        JsonNode data = part.path("inlineData");
        if (isImage(data) && data.path("data").isTextual()) {
            return "data:" + data.path("mimeType").textValue() + ";base64,"
                    + data.path("data").textValue();
        }
        JsonNode file = part.path("fileData");
        return isImage(file) ? file.path("fileUri").asText("") : "";
    }

    private static boolean isImage(JsonNode data) {
        return data.path("mimeType").asText("").startsWith("image/");
    }
}
