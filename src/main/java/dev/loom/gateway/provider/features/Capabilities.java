package dev.loom.gateway.provider.features;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.config.ModelConfig;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnsupportedRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request needs, held against what the configuration says that a model can do. Of a model about which it says
 * nothing it is taken that it can do everything.
 */
public final class Capabilities {

    /** By the types of the parts of a message. */
    private static final Map<String, String> PARTS =
            Map.of("image_url", "vision", "input_audio", "audio", "file", "documents");

    /** The APIs by which a chat is served. */
    private static final List<String> CHATS = List.of("chat", "messages", "gemini");

    private final ModelConfig model;
    private final Target target;

    private Capabilities(Target target) {
        this.target = target;
        this.model = target.provider().model(target.model());
    }

    /**
     * Checks features and lengths.
     *
     * @param inputTokens an estimate
     * @throws UnsupportedRequest that names what is missing, and the model
     */
    public static void require(ApiRequest request, Target target, long inputTokens) {
        Capabilities capabilities = new Capabilities(target);
        if (!capabilities.model.features().isEmpty() && request instanceof ChatRequest chat) {
            capabilities.features(chat.tree());
        }
        capabilities.lengths(request, inputTokens);
    }

    /** Checks that the model is asked on an API that serves it. */
    public static void requireSurface(ApiRequest request, Target target) {
        List<String> surfaces = target.provider().model(target.model()).surfaces();
        boolean serves = request instanceof ChatRequest
                ? surfaces.stream().anyMatch(CHATS::contains)
                : surfaces.contains(request.surface());
        if (!surfaces.isEmpty() && !serves) {
            throw new UnsupportedRequest(ApiError.invalidRequest(
                    "The model '" + target.model() + "' of provider '"
                            + target.provider().name() + "' does not serve " + request.surface() + "; it serves "
                            + String.join(", ", surfaces) + ".",
                    "model",
                    "unsupported_endpoint"));
        }
    }

    private void features(JsonNode request) {
        if (!request.path("tools").isEmpty()) {
            need("tools", "tools");
        }
        if (request.at("/response_format/type").asText().equals("json_schema")) {
            need("json_schema", "response_format");
        }
        if (request.hasNonNull("audio")) {
            need("audio", "audio");
        }
        for (int i = 0; i < request.path("messages").size(); i++) {
            JsonNode content = request.path("messages").path(i).path("content");
            for (int j = 0; j < content.size(); j++) {
                need(PARTS.get(content.path(j).path("type").asText()), "messages[" + i + "].content[" + j + "]");
            }
        }
    }

    private void need(@Nullable String feature, String place) {
        if (feature != null && !model.features().contains(feature)) {
            throw refusal("has no " + feature + ", which '" + place + "' needs.", place, "unsupported_feature");
        }
    }

    private void lengths(ApiRequest request, long inputTokens) {
        Integer context = model.context();
        Integer wanted = request.maxTokens();
        if (context != null && inputTokens > context) {
            throw refusal(
                    "has a context of " + context + " tokens; the prompt has about " + inputTokens + ".",
                    request instanceof ChatRequest ? "messages" : "input",
                    "context_length_exceeded");
        }
        Integer most = model.maxOutput();
        if (most != null && wanted != null && wanted > most) {
            throw refusal(
                    "answers with " + most + " tokens at most; " + wanted + " are asked for.",
                    "max_completion_tokens",
                    "unsupported_value");
        }
    }

    private UnsupportedRequest refusal(String what, String place, String code) {
        return new UnsupportedRequest(ApiError.invalidRequest(
                "The model '" + target.model() + "' of provider '"
                        + target.provider().name() + "' " + what,
                place,
                code));
    }
}
