package dev.loom.gateway.camel.request;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.client.Surface;
import dev.loom.gateway.config.accounts.RequestLimitsConfig;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.JsonBound;
import dev.loom.gateway.provider.Verbatim;
import dev.loom.gateway.routing.RoutingRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** {@code limits}: how large a single request may be. */
final class RequestLimits {

    /** Under which the hub's languages say it, the newer first. */
    private static final String NEWER = "max_completion_tokens";

    private static final String OLDER = "max_tokens";

    private RequestLimits() {}

    /** The request with no higher bound on its answer than {@code max_output_tokens}; the same one where it has none. */
    static ApiRequest bounded(ApiRequest request, RequestLimitsConfig limits) {
        Integer most = limits.maxOutputTokens();
        if (most == null || !(request instanceof ChatRequest chat)) {
            return request;
        }
        Map<String, String> replaced = new HashMap<>();
        for (String name : List.of(NEWER, OLDER)) {
            if (chat.has(name) && !isWithin(chat, name, most)) {
                replaced.put(name, most.toString());
            }
        }
        if (!chat.has(NEWER) && !chat.has(OLDER)) {
            replaced.put(NEWER, most.toString());
        }
        try {
            return replaced.isEmpty() ? request : chat.reread(chat.with(replaced));
        } catch (InvalidRequest e) {
            throw new IllegalStateException(e); // it was valid before
        }
    }

    private static boolean isWithin(ChatRequest chat, String name, int most) {
        if (chat.has(NEWER) && chat.has(OLDER)) {
            JsonNode asked = chat.tree().path(name);
            return asked.isNumber() && asked.asInt() <= most;
        }
        Integer asked = chat.maxTokens();
        return asked != null && asked <= most;
    }

    /** The same in the client's own words. */
    static Verbatim bounded(Verbatim request, Surface surface, RequestLimitsConfig limits) {
        int most = Objects.requireNonNull(limits.maxOutputTokens());
        return request.with(JsonBound.in(request.body(), most, surface.outputBound()));
    }

    /** @throws RequestEnded with 400 if the prompt, or prompt and answer together, are too long */
    static void check(RoutingRequest request, RequestLimitsConfig limits) throws RequestEnded {
        long input = request.inputTokens();
        Integer mostInput = limits.maxInputTokens();
        if (mostInput != null && input > mostInput) {
            throw tooLong("The prompt has about " + input + " tokens; at most " + mostInput
                    + " are allowed (limits.max_input_tokens).");
        }
        Integer mostTotal = limits.maxTotalTokens();
        long output = request.maxTokens() == null ? 0 : request.maxTokens();
        if (mostTotal != null && input + output > mostTotal) {
            throw tooLong("The prompt has about " + input + " tokens, and the answer may have " + output + "; at most "
                    + mostTotal + " together are allowed (limits.max_total_tokens).");
        }
    }

    private static RequestEnded tooLong(String message) {
        return RequestEnded.with(400, ApiError.invalidRequest(message, "messages", "context_length_exceeded"));
    }
}
