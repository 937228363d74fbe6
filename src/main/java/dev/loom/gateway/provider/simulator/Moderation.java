package dev.loom.gateway.provider.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Json;
import java.util.List;

/** A verdict on texts: a category is flagged where a text has its name in it, so that a test can have any verdict. */
final class Moderation {

    private static final List<String> CATEGORIES = List.of(
            "harassment",
            "harassment/threatening",
            "hate",
            "hate/threatening",
            "illicit",
            "illicit/violent",
            "self-harm",
            "self-harm/intent",
            "self-harm/instructions",
            "sexual",
            "sexual/minors",
            "violence",
            "violence/graphic");

    private static final double FLAGGED = 0.9;
    private static final double FINE = 0.01;

    private Moderation() {}

    /** A list of texts has a verdict on each, a list of parts one on all of them. */
    static SimulatedPath.Answer of(JsonNode request) throws InvalidRequest {
        JsonNode input = SimulatedPath.required(request, "input");
        ObjectNode body = Json.object().put("id", "modr-simulated");
        body.put("model", request.path("model").asText("omni-moderation-latest"));
        body.putArray("results");
        SimulatedPath.requireShort(input, "input");
        if (input.isArray() && input.path(0).isTextual()) {
            input.forEach(text -> body.withArray("results").add(verdict(text.asText())));
        } else {
            body.withArray("results").add(verdict(input.isTextual() ? input.asText() : input.toString()));
        }
        return SimulatedPath.Answer.json(body);
    }

    private static ObjectNode verdict(String text) {
        ObjectNode verdict = Json.object().put("flagged", CATEGORIES.stream().anyMatch(text::contains));
        for (String category : CATEGORIES) {
            boolean flagged = text.contains(category);
            verdict.withObject("/categories").put(category, flagged);
            verdict.withObject("/category_scores").put(category, flagged ? FLAGGED : FINE);
            verdict.withObject("/category_applied_input_types")
                    .putArray(category)
                    .add("text");
        }
        return verdict;
    }
}
