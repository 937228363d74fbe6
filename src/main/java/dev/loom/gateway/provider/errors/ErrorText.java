package dev.loom.gateway.provider.errors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** What an error says in words, and which field of the request it names, whatever the shape of either. */
final class ErrorText {

    private static final List<String> KEYS = List.of(
            "message",
            "error_description",
            "detail",
            "msg",
            "Message",
            "error_message",
            "error_msg",
            "status_msg",
            "error",
            "errors",
            "base_resp");

    /** Where servers that check requests by a schema begin to count: {@code ["body", "messages", 0]}. */
    private static final String ROOT = "body";

    /** Levels of a body. Words stand in the first ones. */
    private static final int DEEPEST = 8;

    private ErrorText() {}

    /** Empty if it says nothing. */
    static String of(JsonNode error) {
        return of(error, DEEPEST);
    }

    private static String of(JsonNode error, int levels) {
        if (error.isTextual()) {
            return error.textValue();
        }
        return KEYS.stream()
                .map(key -> said(error.path(key), levels))
                .filter(text -> !text.isBlank())
                .findFirst()
                .orElse("");
    }

    /**
     * A text, a list of them, or an object with one; of any other object its JSON. A field's name, which a client may have
     * chosen, stands behind the text: much follows from what a text begins with.
     */
    private static String said(JsonNode node, int levels) {
        if (node.isContainerNode() && levels == 0) {
            return "";
        } else if (node.isArray()) {
            return items(node).map(item -> said(item, levels - 1)).collect(Collectors.joining("; "));
        } else if (node.isObject() && !node.isEmpty()) {
            String text = of(node, levels - 1);
            String field = field(node.path("loc"));
            return text.isBlank() ? Json.string(node) : field == null ? text : text + " (" + field + ")";
        }
        return node.isTextual() ? node.textValue() : "";
    }

    /** The first field that the error names; null where it names none. */
    static @Nullable String param(JsonNode error) {
        String param = error.path("param").textValue();
        if (param != null) {
            return param;
        }
        for (JsonNode detail : error.path("details")) {
            JsonNode field = detail.path("fieldViolations").path(0).path("field");
            if (field.isTextual() && !field.textValue().isBlank()) {
                return field.textValue();
            }
        }
        String field = field(error.path("detail").path(0).path("loc"));
        return field != null
                ? field
                : field(error.path("message").path("detail").path(0).path("loc"));
    }

    private static @Nullable String field(JsonNode place) {
        String field = items(place)
                .map(JsonNode::asText)
                .filter(step -> !step.equals(ROOT))
                .collect(Collectors.joining("."));
        return field.isEmpty() ? null : field;
    }

    private static Stream<JsonNode> items(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
