package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What an error object holds beside its four keys and is of use to the client: which filter struck (Azure), which field
 * is wrong (Google), what the model had written in vain (Groq).
 */
public final class ErrorDetails {

    private static final List<String> KEPT =
            List.of("innererror", "content_filter_result", "content_filter_results", "failed_generation");

    private static final String DETAILS = "details";

    /** Characters of one text. */
    private static final int LONGEST_TEXT = 4_000;

    /** Characters of one detail; what is longer explains nothing. */
    private static final int LONGEST = 16_000;

    private ErrorDetails() {}

    /** Masked, and short enough to be shown. */
    public static Map<String, JsonNode> of(JsonNode error) {
        Map<String, JsonNode> kept = new LinkedHashMap<>();
        for (String key : KEPT) {
            keep(kept, key, error.path(key));
        }
        JsonNode details = error.path(DETAILS);
        keep(kept, DETAILS, details.isArray() ? violations(details) : details);
        return kept;
    }

    private static void keep(Map<String, JsonNode> kept, String key, JsonNode value) {
        boolean says = value.isContainerNode() ? !value.isEmpty() : value.isTextual();
        if (says) {
            JsonNode masked = map(value, text -> Redaction.mask(cut(text)));
            if (masked.toString().length() <= LONGEST) {
                kept.put(key, masked);
            }
        }
    }

    /** The rest of Google's details is about the gateway's own project. */
    private static ArrayNode violations(JsonNode details) {
        ArrayNode violations = Json.array();
        for (JsonNode detail : details) {
            if (detail.path("fieldViolations").isArray()) {
                violations.add(detail);
            }
        }
        return violations;
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
    }

    /** A copy with every text in it changed. */
    static JsonNode map(JsonNode node, UnaryOperator<String> change) {
        if (node.isTextual()) {
            return Json.MAPPER.getNodeFactory().textNode(change.apply(node.textValue()));
        } else if (node.isArray()) {
            ArrayNode copy = Json.array();
            node.forEach(item -> copy.add(map(item, change)));
            return copy;
        } else if (node.isObject()) {
            ObjectNode copy = Json.object();
            node.properties().forEach(entry -> copy.set(entry.getKey(), map(entry.getValue(), change)));
            return copy;
        }
        return node;
    }
}
