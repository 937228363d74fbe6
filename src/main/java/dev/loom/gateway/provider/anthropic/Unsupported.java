package dev.loom.gateway.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.UnsupportedRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Refuses what Anthropic has no counterpart for and what must not be dropped, since the answer would not be what the
 * client asked for. A field that says what is the default anyway is no reason to refuse.
 */
final class Unsupported {

    private static final Set<String> FORMATS = Set.of("text", "json_object", "json_schema");

    private static final List<Map.Entry<String, Predicate<JsonNode>>> REFUSED = List.of(
            Map.entry("n", value -> !value.isNumber() || value.asInt() != 1),
            Map.entry("logprobs", Unsupported::isOn),
            Map.entry("top_logprobs", Unsupported::isOn),
            Map.entry("logit_bias", Unsupported::saysSomething),
            Map.entry("functions", Unsupported::saysSomething),
            Map.entry("function_call", value -> !value.asText().equals("none")),
            Map.entry("modalities", value -> value.toString().contains("\"audio\"")),
            Map.entry("audio", value -> true),
            Map.entry("prediction", value -> true),
            Map.entry("moderation", value -> true),
            Map.entry("web_search_options", value -> true),
            Map.entry(
                    "response_format",
                    value -> !FORMATS.contains(value.path("type").asText())));

    private Unsupported() {}

    /** @throws UnsupportedRequest if the request has one of the fields */
    static void refuseIn(JsonNode request) {
        for (Map.Entry<String, Predicate<JsonNode>> entry : REFUSED) {
            String field = entry.getKey();
            if (request.hasNonNull(field) && entry.getValue().test(request.path(field))) {
                throw refusal("this value of '" + field + "'", field);
            }
        }
    }

    private static boolean isOn(JsonNode value) {
        return value.asBoolean() || value.asInt() > 0;
    }

    private static boolean saysSomething(JsonNode value) {
        return value.isValueNode() || !value.isEmpty();
    }

    /** @param what completes the sentence "Anthropic has no counterpart for" */
    static UnsupportedRequest refusal(String what, String param) {
        return new UnsupportedRequest("Anthropic has no counterpart for " + what + ".", param);
    }
}
