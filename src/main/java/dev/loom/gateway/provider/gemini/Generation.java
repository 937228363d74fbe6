package dev.loom.gateway.provider.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnsupportedRequest;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a request that steer the answer, as Gemini's {@code generationConfig}. */
final class Generation {

    /** Fields that have another name and the same meaning. {@code top_k} is not OpenAI's, but widely sent. */
    private static final Map<String, String> RENAMED = Map.of(
            "temperature", "temperature",
            "top_p", "topP",
            "top_k", "topK",
            "n", "candidateCount",
            "seed", "seed",
            "presence_penalty", "presencePenalty",
            "frequency_penalty", "frequencyPenalty",
            "logprobs", "responseLogprobs",
            "top_logprobs", "logprobs");

    private Generation() {}

    static ObjectNode of(ChatRequest request, Target target, Model model) {
        JsonNode tree = request.tree();
        ObjectNode config = Json.object();
        boolean penalties = !target.quirks().refused().contains(Refusals.penalties(target));
        RENAMED.forEach((from, to) -> {
            if (tree.hasNonNull(from) && (penalties || !from.endsWith("_penalty"))) {
                config.set(to, tree.get(from));
            }
        });
        limit(request, target, config);
        stop(tree.path("stop"), config);
        format(tree, model, config);
        thinking(tree, model, config);
        modalities(tree.path("modalities"), config);
        return config;
    }

    /** Tokens spent on thinking count towards this limit. */
    private static void limit(ChatRequest request, Target target, ObjectNode config) {
        Integer own = request.maxTokens();
        Integer limit = own != null ? own : target.provider().maxOutputTokens().forModel(target.model());
        if (limit != null) {
            config.put("maxOutputTokens", limit);
        }
    }

    private static void stop(JsonNode stop, ObjectNode config) {
        if (stop.isTextual()) {
            config.putArray("stopSequences").add(stop);
        } else if (!stop.isEmpty()) {
            config.set("stopSequences", stop);
        }
    }

    private static void format(JsonNode request, Model model, ObjectNode config) {
        String type = request.path("response_format").path("type").asText("text");
        if (!type.equals("text") && !type.equals("json_object") && !type.equals("json_schema")) {
            throw new UnsupportedRequest(
                    "Gemini has no counterpart for the format '" + type + "'.", "response_format.type");
        }
        if (JsonAnswer.of(request, model) == JsonAnswer.MODE) {
            json(JsonAnswer.schema(request), model, config);
        }
    }

    private static void json(JsonNode schema, Model model, ObjectNode config) {
        config.put("responseMimeType", "application/json");
        if (schema.isObject() && model.readsJsonSchema()) {
            config.set("responseJsonSchema", schema);
        } else if (schema.isObject()) {
            config.set("responseSchema", Schema.of(schema, "response_format.json_schema.schema"));
        }
    }

    /** Models older than 2.5 do not think, so an effort asks nothing of them. */
    private static void thinking(JsonNode request, Model model, ObjectNode config) {
        JsonNode own = request.path("extra_body").path("google").path("thinking_config");
        String effort = request.path("reasoning_effort").asText("");
        if (own.isObject()) {
            config.set("thinkingConfig", own);
        } else if (!effort.isEmpty() && (model.thinksByLevel() || model.thinksByBudget())) {
            config.set("thinkingConfig", thinking(effort, model));
        }
    }

    /** Whoever asks for an effort gets the thoughts to read, too; Google shows none by itself. */
    private static ObjectNode thinking(String effort, Model model) {
        ObjectNode thinking = Json.object();
        if (model.thinksByLevel()) {
            thinking.put("thinkingLevel", known(model.thinkingLevel(effort), effort));
        } else {
            thinking.put("thinkingBudget", known(model.thinkingBudget(effort), effort));
        }
        return effort.equals("none") ? thinking : thinking.put("includeThoughts", true);
    }

    /** Nothing is said where text alone is wanted, which is what most models answer with. */
    private static void modalities(JsonNode modalities, ObjectNode config) {
        ArrayNode wanted = Json.array();
        modalities.forEach(modality -> wanted.add(modality.asText("").toUpperCase(Locale.ROOT)));
        if (wanted.size() > 1 || !wanted.path(0).asText("TEXT").equals("TEXT")) {
            config.set("responseModalities", wanted);
        }
    }

    private static <T> T known(@Nullable T value, String effort) {
        if (value == null) {
            throw new UnsupportedRequest("Gemini knows no effort '" + effort + "'.", "reasoning_effort");
        }
        return value;
    }
}
