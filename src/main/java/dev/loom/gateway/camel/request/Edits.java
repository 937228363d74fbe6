package dev.loom.gateway.camel.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.loom.gateway.provider.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * {@code loomEdit}: what steps of a route often do to a request or an answer, for the {@code bean} step. Each method gets
 * the body and returns the body that is to take its place, such as {@code set(${body}, 'temperature', 0)}.
 */
public final class Edits {

    /**
     * Sets one value at the top.
     *
     * @param value a text that is JSON is taken as such, since a route can write numbers as texts alone
     */
    public JsonNode set(JsonNode body, String name, Object value) {
        return object(body).set(name, value instanceof String text ? json(text) : Json.MAPPER.valueToTree(value));
    }

    private static JsonNode json(String text) {
        try {
            JsonNode json = Json.strict(text.getBytes(StandardCharsets.UTF_8));
            return json.isMissingNode() ? TextNode.valueOf(text) : json;
        } catch (IOException e) {
            return TextNode.valueOf(text);
        }
    }

    /** Takes one value at the top away. */
    public JsonNode remove(JsonNode body, String name) {
        ObjectNode edited = object(body);
        edited.remove(name);
        return edited;
    }

    /** Sets a number at the top where none stands, and lowers one that is larger. */
    public JsonNode atMost(JsonNode body, String name, long most) {
        ObjectNode edited = object(body);
        JsonNode now = edited.path(name);
        return now.isNumber() && now.asLong() <= most ? edited : edited.put(name, most);
    }

    /** The same request with this system prompt, and no other. */
    public JsonNode system(JsonNode body, String prompt) {
        ObjectNode edited = object(body);
        ArrayNode messages = Json.MAPPER.createArrayNode();
        messages.addObject().put("role", "system").put("content", prompt);
        for (JsonNode message : edited.path("messages")) {
            if (!isSystem(message)) {
                messages.add(message);
            }
        }
        return edited.set("messages", messages);
    }

    private static boolean isSystem(JsonNode message) {
        String role = message.path("role").asText();
        return role.equals("system") || role.equals("developer");
    }

    /**
     * Replaces what matches in every text of the messages, of the input, and of the choices.
     *
     * @param pattern a regular expression of Java
     */
    public JsonNode redact(JsonNode body, String pattern, String replacement) {
        Pattern compiled = Pattern.compile(pattern);
        ObjectNode edited = object(body);
        for (String name : new String[] {"messages", "input", "choices"}) {
            if (edited.has(name)) {
                edited.set(name, redacted(edited.path(name), compiled, replacement));
            }
        }
        return edited;
    }

    private static JsonNode redacted(JsonNode node, Pattern pattern, String replacement) {
        if (node.isTextual()) {
            return TextNode.valueOf(pattern.matcher(node.textValue()).replaceAll(replacement));
        }
        if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, redacted(array.get(i), pattern, replacement));
            }
        } else if (node instanceof ObjectNode object) {
            object.properties().forEach(entry -> entry.setValue(redacted(entry.getValue(), pattern, replacement)));
        }
        return node;
    }

    /** The body is converted from bytes for each call, so that it may be changed. */
    private static ObjectNode object(JsonNode body) {
        if (body instanceof ObjectNode object) {
            return object;
        }
        throw new IllegalArgumentException("loomEdit changes JSON objects, and this body is none");
    }
}
