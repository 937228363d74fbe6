package dev.loom.gateway.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import java.util.ArrayList;
import java.util.List;

/** The content of a hub's message in the making: parts, each with the client's value that it comes from. */
public final class Parts {

    private final ArrayNode parts = Json.array();
    private final List<Value> origins = new ArrayList<>();

    public ObjectNode text(String text, Value from) {
        return add("text", from).put("text", text);
    }

    /** @param url of the web, or one that holds the data */
    public ObjectNode image(String url, Value from) {
        ObjectNode part = add("image_url", from);
        part.putObject("image_url").put("url", url);
        return part;
    }

    /** @param format the media type without {@code audio/} */
    public void audio(String data, String format, Value from) {
        add("input_audio", from).putObject("input_audio").put("data", data).put("format", format);
    }

    /** The object under {@code file}, to be filled. */
    public ObjectNode file(Value from) {
        return add("file", from).putObject("file");
    }

    private ObjectNode add(String type, Value from) {
        origins.add(from);
        return parts.addObject().put("type", type);
    }

    public void addAll(Parts others) {
        parts.addAll(others.parts);
        origins.addAll(others.origins);
    }

    /** Puts the mark of a cached prefix on the last part. */
    public void mark(Value cacheControl) {
        if (cacheControl.json().isObject() && parts.path(parts.size() - 1) instanceof ObjectNode last) {
            last.set("cache_control", cacheControl.json());
        }
    }

    public boolean isEmpty() {
        return parts.isEmpty();
    }

    /** Where the first part comes from; there must be one. */
    public Value first() {
        return origins.get(0);
    }

    List<Value> origins() {
        return origins;
    }

    /** A plain string where a text is all there is: some servers take no other. */
    public JsonNode content() {
        JsonNode first = parts.path(0);
        boolean plain = parts.size() == 1 && first.size() == 2 && first.has("text");
        return plain ? first.path("text") : parts;
    }

    public static String dataUrl(String mediaType, String base64) {
        return "data:" + mediaType + ";base64," + base64;
    }
}
