package dev.loom.gateway.provider.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnsupportedRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A chat request as the body of Gemini's {@code generateContent}. */
final class ContentRequest {

    /** Without them the answer would be another one than the client asked for, so they are refused. */
    private static final List<String> REFUSED = List.of("functions", "function_call", "audio", "web_search_options");

    /** What Google's own OpenAI layer takes under {@code extra_body.google}, beside {@code thinking_config}. */
    private static final Map<String, String> EXTRAS =
            Map.of("safety_settings", "safetySettings", "cached_content", "cachedContent");

    private static final Set<String> ANSWERS = Set.of("text", "image");

    private ContentRequest() {}

    static ObjectNode of(ChatRequest request, Target target) {
        ObjectNode tree = request.tree();
        refuse(tree, request.stream());
        Model model = Model.of(target.model());
        ObjectNode body = Json.object();
        Contents.write(tree, model, body);
        Tools.write(tree, model, body);
        ObjectNode generation = Generation.of(request, target, model);
        if (!generation.isEmpty()) {
            body.set("generationConfig", generation);
        }
        extras(tree.path("extra_body").path("google"), body);
        return body;
    }

    private static void refuse(ObjectNode tree, boolean stream) {
        for (String field : REFUSED) {
            if (tree.hasNonNull(field)) {
                throw new UnsupportedRequest("Gemini has no counterpart for '" + field + "'.", field);
            }
        }
        if (stream && tree.path("logprobs").asBoolean(false)) {
            throw new UnsupportedRequest("Log probabilities of Gemini come with whole answers only.", "logprobs");
        }
        for (JsonNode modality : tree.path("modalities")) {
            if (!ANSWERS.contains(modality.asText(""))) {
                throw new UnsupportedRequest("Gemini answers with text and images only.", "modalities");
            }
        }
    }

    private static void extras(JsonNode google, ObjectNode body) {
        EXTRAS.forEach((from, to) -> {
            if (google.hasNonNull(from)) {
                body.set(to, google.get(from));
            }
        });
    }
}
