package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Why an answer ended, in the five words that OpenAI's clients know (some accept no other), and beside them the provider's own
 * where it says more.
 */
public final class FinishReasons {

    public static final String STOP = "stop";
    public static final String LENGTH = "length";
    public static final String TOOL_CALLS = "tool_calls";
    public static final String CONTENT_FILTER = "content_filter";

    /** Of a model that wrote a call which is none. */
    public static final String MALFORMED_CALL = "malformed_function_call";

    private static final Set<String> FUNCTIONS = Set.of(TOOL_CALLS, "function_call");

    /** The answer is not whole. */
    private static final Set<String> CUT = Set.of(
            LENGTH,
            "max_tokens",
            "max_output_tokens",
            "max_length",
            "model_length",
            "token_limit",
            "time_limit",
            "context_length_exceeded",
            "model_context_window_exceeded",
            "insufficient_system_resource",
            "network_error",
            "abort",
            "repetition");

    private static final Set<String> FILTERED = Set.of(
            CONTENT_FILTER,
            "content_filtered",
            "guardrail_intervened",
            "refusal",
            "safety",
            "sensitive",
            "blocklist",
            "prohibited_content",
            "spii",
            "recitation",
            "language",
            "model_armor",
            "image_safety",
            "image_prohibited_content",
            "image_recitation");

    private static final Set<String> MALFORMED = Set.of(
            MALFORMED_CALL,
            "malformed_response",
            "malformed_model_output",
            "malformed_tool_use",
            "unexpected_tool_call",
            "too_many_tool_calls");

    /** The provider's own words, by the language of clients that know them. */
    public static final String OWN = "provider_finish_reason";

    /** Characters of a word. */
    private static final int LONGEST = 100;

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

    /** Keeps a word that OpenAI's words say less than, for clients of the provider's own language. */
    public static void own(ObjectNode choice, String language, String word) {
        choice.set(OWN, named(language, word));
    }

    private static ObjectNode named(String language, String word) {
        return Json.object().put(language, word.substring(0, Math.min(word.length(), LONGEST)));
    }

    /** What belongs under {@link #OWN} in a choice of a server with OpenAI's API; null where OpenAI's word tells it all. */
    public static @Nullable ObjectNode own(JsonNode reason) {
        boolean said = reason.isTextual() && !reason.textValue().isBlank();
        return said && known(reason.textValue()) == null ? named("openai", reason.textValue()) : null;
    }

    /** Copies what stands beside a choice's reason. */
    public static void copy(JsonNode choice, ObjectNode to) {
        for (String field : List.of(SEQUENCE, OWN)) {
            if (choice.hasNonNull(field)) {
                to.set(field, choice.path(field));
            }
        }
    }

    /** The provider's own word for how a choice ended, for clients of a language; null where OpenAI's word tells it all. */
    public static @Nullable String own(JsonNode choice, String language) {
        return choice.path(OWN).path(language).textValue();
    }

    /** The word of a choice of OpenAI's, brought to those that every language has a counterpart of; {@code stop} if unknown. */
    public static String nearest(JsonNode choice) {
        String own = own(choice, "openai");
        return nearest(plain(own != null ? own : choice.path("finish_reason").asText(STOP)));
    }

    private static String nearest(String word) {
        if (FUNCTIONS.contains(word)) {
            return TOOL_CALLS;
        } else if (CUT.contains(word)) {
            return LENGTH;
        } else if (FILTERED.contains(word)) {
            return CONTENT_FILTER;
        }
        return MALFORMED.contains(word) ? MALFORMED_CALL : STOP;
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    /**
     * A server's word as the nearest of OpenAI's; null where the answer has not ended.
     *
     * @throws UnreadableAnswer if the answer ended because the provider failed
     */
    public static @Nullable String of(JsonNode reason) throws UnreadableAnswer {
        if (!reason.isTextual() || reason.textValue().isBlank()) {
            return null;
        }
        String word = plain(reason.textValue());
        if (word.equals("error")) {
            throw new UnreadableAnswer("The provider ended its answer with an error.");
        }
        String known = known(word);
        String nearest = known != null ? known : nearest(word);
        return nearest.equals(MALFORMED_CALL) ? STOP : nearest;
    }

    /** The word of OpenAI's that tells as much; null where none does. */
    private static @Nullable String known(String word) {
        return switch (plain(word)) {
            case "stop", "end_turn", "stop_sequence", "eos", "eos_token", "end" -> STOP;
            case "length", "max_tokens", "max_length", "model_length" -> LENGTH;
            case "tool_calls", "tool_use", "tool_call" -> TOOL_CALLS;
            case "content_filter", "safety", "refusal", "sensitive" -> CONTENT_FILTER;
            case "function_call" -> "function_call";
            default -> null;
        };
    }
}
