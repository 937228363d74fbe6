package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.config.accounts.RequestLimitsConfig;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.routing.RoutingRequest;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code limits}: how large a single request may be. */
final class RequestLimits {

    /** Under which the hub's languages say it, the newer first. */
    private static final String NEWER = "max_completion_tokens";

    private static final String OLDER = "max_tokens";

    private RequestLimits() {}

    /** The request with no higher bound on its answer than {@code max_output_tokens}; the same one where it has none. */
    static ApiRequest bounded(ApiRequest request, RequestLimitsConfig limits) {
        Integer most = limits.maxOutputTokens();
        if (most == null || !(request instanceof ChatRequest chat) || isWithin(chat.maxTokens(), most)) {
            return request;
        }
        Map<String, String> replaced = new HashMap<>();
        if (chat.has(OLDER)) {
            replaced.put(OLDER, most.toString());
        }
        if (chat.has(NEWER) || replaced.isEmpty()) {
            replaced.put(NEWER, most.toString());
        }
        try {
            return chat.reread(chat.with(replaced));
        } catch (InvalidRequest e) {
            throw new IllegalStateException(e); // it was valid before
        }
    }

    private static boolean isWithin(@Nullable Integer asked, int most) {
        return asked != null && asked <= most;
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
