package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why an answer ended, in the five words that OpenAI's clients know. */
public final class FinishReasons {

    public static final String STOP = "stop";
    public static final String TOOL_CALLS = "tool_calls";
    public static final String CONTENT_FILTER = "content_filter";

    /** vLLM's field beside the reason: the stop sequence that the model wrote. OpenAI does not tell. */
    private static final String SEQUENCE = "stop_reason";

    private FinishReasons() {}

    /** Says which of the request's stop sequences the model wrote, where that is known. */
    public static void stopped(ObjectNode choice, @Nullable String sequence) {
        if (sequence != null) {
            choice.put(SEQUENCE, sequence);
        }
    }

    /** Null where it is not known; a number is a token of the model's own, no sequence of the request's. */
    public static @Nullable String sequence(JsonNode choice) {
        return choice.path(SEQUENCE).textValue();
    }

    /**
     * Other servers' words brought to OpenAI's; null where the answer has not ended.
     *
     * @throws UnreadableAnswer if the answer ended because the provider failed
     */
    public static @Nullable String of(JsonNode reason) throws UnreadableAnswer {
        if (!reason.isTextual() || reason.textValue().isBlank()) {
            return null;
        }
        return switch (reason.textValue().toLowerCase(Locale.ROOT).replace('-', '_')) {
            case "length", "max_tokens", "max_length", "model_length" -> "length";
            case "tool_calls", "tool_use", "tool_call" -> TOOL_CALLS;
            case "content_filter", "safety", "refusal", "sensitive" -> CONTENT_FILTER;
            case "function_call" -> "function_call";
            case "error" -> throw new UnreadableAnswer("The provider ended its answer with an error.");
            default -> STOP;
        };
    }
}
