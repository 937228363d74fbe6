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

    private ErrorText() {}

    /** Empty if it says nothing. */
    static String of(JsonNode error) {
        if (error.isTextual()) {
            return error.textValue();
        }
        return KEYS.stream()
                .map(key -> said(error.path(key)))
                .filter(text -> !text.isBlank())
                .findFirst()
                .orElse("");
    }

    /** A text, a list of them, or an object with one; of any other object its JSON. */
    private static String said(JsonNode node) {
        if (node.isArray()) {
            return items(node).map(ErrorText::said).collect(Collectors.joining("; "));
        } else if (node.isObject() && !node.isEmpty()) {
            String text = of(node);
            String field = field(node.path("loc"));
            return text.isBlank() ? Json.string(node) : field == null ? text : field + ": " + text;
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
