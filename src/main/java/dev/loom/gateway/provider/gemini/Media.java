package dev.loom.gateway.provider.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnsupportedRequest;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Images, sounds and files of a message as Gemini's parts. */
final class Media {

    /** What Vertex reads, by the ending of a URL's path. */
    private static final Map<String, String> TYPE_OF_EXTENSION = Map.ofEntries(
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("webp", "image/webp"),
            Map.entry("gif", "image/gif"),
            Map.entry("heic", "image/heic"),
            Map.entry("heif", "image/heif"),
            Map.entry("pdf", "application/pdf"),
            Map.entry("txt", "text/plain"),
            Map.entry("mp3", "audio/mp3"),
            Map.entry("wav", "audio/wav"),
            Map.entry("mp4", "video/mp4"),
            Map.entry("mov", "video/mov"),
            Map.entry("webm", "video/webm"));

    private static final String UNKNOWN_IMAGE = "image/jpeg";
    private static final String UNKNOWN_FILE = "application/pdf";
    private static final Pattern MEDIA_TYPE = Pattern.compile("[\\w.+-]{1,64}/[\\w.+-]{1,100}");
    private static final Pattern SOUND = Pattern.compile("[a-z0-9]{1,10}");

    private Media() {}

    /** The part of content that is no text. */
    static ObjectNode of(JsonNode part, String place) {
        String type = part.path("type").asText("");
        return switch (type) {
            case "image_url" -> image(part, place);
            case "input_audio" -> sound(part, place);
            case "file" -> file(part, place);
            default ->
                throw new UnsupportedRequest(
                        "Gemini has no counterpart for content of the type '" + type + "'.", place + ".type");
        };
    }

    /**
     * The part of an {@code image_url}.
     *
     * @param place where it stands, in OpenAI's notation
     */
    private static ObjectNode image(JsonNode part, String place) {
        String at = place + ".image_url";
        JsonNode image = part.path("image_url");
        String url = (image.isTextual() ? image : image.path("url")).asText("");
        if (startsWith(url, "data:")) {
            return inline(url, at + ".url");
        } else if (isAddress(url)) {
            return part("fileData", typeOf(url, UNKNOWN_IMAGE), "fileUri", url);
        }
        throw new UnsupportedRequest("An image must be a data:, https:, http: or gs: URL.", at + ".url");
    }

    private static ObjectNode sound(JsonNode part, String place) {
        JsonNode sound = part.path("input_audio");
        String format = sound.path("format").asText("").toLowerCase(Locale.ROOT);
        if (!SOUND.matcher(format).matches() || !sound.path("data").isTextual()) {
            throw new UnsupportedRequest("A sound needs 'data' and a 'format' such as wav.", place + ".input_audio");
        }
        return part("inlineData", "audio/" + format, "data", sound.path("data").textValue());
    }

    private static ObjectNode file(JsonNode part, String place) {
        String url = part.path("file").path("file_url").asText("");
        if (isAddress(url)) {
            return part("fileData", typeOf(url, UNKNOWN_FILE), "fileUri", url);
        }
        JsonNode data = part.path("file").path("file_data");
        if (!data.isTextual()) {
            throw new UnsupportedRequest(
                    "Gemini knows no uploaded files: send 'file_data' as a data: URL.", place + ".file");
        }
        return inline(data.textValue(), place + ".file.file_data");
    }

    /** {@code data:image/png;name=x;base64,iVBO...}. */
    private static ObjectNode inline(String url, String place) {
        int comma = url.indexOf(',');
        String head = comma < 0 || !startsWith(url, "data:") ? "" : url.substring("data:".length(), comma);
        int semicolon = head.indexOf(';');
        String type = semicolon < 0 ? head : head.substring(0, semicolon);
        if (!head.toLowerCase(Locale.ROOT).endsWith(";base64")
                || !MEDIA_TYPE.matcher(type).matches()) {
            throw new UnsupportedRequest("Expected a URL of the form data:<media type>;base64,<data>.", place);
        }
        return part("inlineData", known(type), "data", url.substring(comma + 1));
    }

    /** Google reads the registered names only, in small letters. */
    private static String known(String type) {
        String small = type.toLowerCase(Locale.ROOT);
        return small.equals("image/jpg") ? "image/jpeg" : small;
    }

    private static ObjectNode part(String kind, String type, String key, String value) {
        return Json.object().set(kind, Json.object().put("mimeType", type).put(key, value));
    }

    private static boolean isAddress(String url) {
        return startsWith(url, "https:") || startsWith(url, "http:") || startsWith(url, "gs:");
    }

    private static boolean startsWith(String url, String scheme) {
        return url.regionMatches(true, 0, scheme, 0, scheme.length());
    }

    private static String typeOf(String url, String otherwise) {
        String path = url.split("[?#]", 2)[0];
        String extension = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return TYPE_OF_EXTENSION.getOrDefault(extension, otherwise);
    }
}
