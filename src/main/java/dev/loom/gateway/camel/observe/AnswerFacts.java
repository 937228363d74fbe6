package dev.loom.gateway.camel.observe;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a trace tells of an answer: which model gave it, and why it ended. Costs a second look at every answer and every
 * chunk, and so is only made where {@code loom.tracing} is on.
 */
final class AnswerFacts {

    private static final AttributeKey<String> MODEL = AttributeKey.stringKey("gen_ai.response.model");
    private static final AttributeKey<List<String>> REASONS =
            AttributeKey.stringArrayKey("gen_ai.response.finish_reasons");

    private final Map<Integer, String> reasons = new TreeMap<>();
    private @Nullable String model;

    /** @param json an answer, or a chunk of one, in OpenAI's shape */
    void look(byte[] json) {
        JsonNode body = Json.lenient(json);
        if (body.path("model").isTextual()) {
            model = body.path("model").textValue();
        }
        for (JsonNode choice : body.path("choices")) {
            JsonNode reason = choice.path("finish_reason");
            if (reason.isTextual()) {
                reasons.put(choice.path("index").asInt(), reason.textValue());
            }
        }
    }

    void addTo(Span span) {
        if (model != null) {
            span.setAttribute(MODEL, model);
        }
        if (!reasons.isEmpty()) {
            span.setAttribute(REASONS, List.copyOf(reasons.values()));
        }
    }
}
