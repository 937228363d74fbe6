package dev.loom.gateway.provider.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.FinishReasons;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnreadableAnswer;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why Gemini ended an answer or refused to begin one. */
final class Finish {

    private static final String UNSPECIFIED = "FINISH_REASON_UNSPECIFIED";

    /** The words by their numbers, in the protocol of Vertex AI; some servers in between write these. */
    private static final List<String> VERTEX = List.of(
            UNSPECIFIED,
            "STOP",
            "MAX_TOKENS",
            "SAFETY",
            "RECITATION",
            "OTHER",
            "BLOCKLIST",
            "PROHIBITED_CONTENT",
            "SPII",
            "MALFORMED_FUNCTION_CALL",
            "MODEL_ARMOR",
            "IMAGE_SAFETY",
            "IMAGE_PROHIBITED_CONTENT",
            "IMAGE_RECITATION",
            "IMAGE_OTHER",
            "UNEXPECTED_TOOL_CALL",
            "NO_IMAGE");

    /** The same in the protocol of Google AI Studio. */
    private static final List<String> STUDIO = List.of(
            UNSPECIFIED,
            "STOP",
            "MAX_TOKENS",
            "SAFETY",
            "RECITATION",
            "OTHER",
            "LANGUAGE",
            "BLOCKLIST",
            "PROHIBITED_CONTENT",
            "SPII",
            "MALFORMED_FUNCTION_CALL",
            "IMAGE_SAFETY",
            "UNEXPECTED_TOOL_CALL",
            "TOO_MANY_TOOL_CALLS",
            "IMAGE_PROHIBITED_CONTENT",
            "IMAGE_OTHER",
            "NO_IMAGE",
            "IMAGE_RECITATION");

    private static final Set<String> FILTERED = Set.of(
            "SAFETY",
            "BLOCKLIST",
            "PROHIBITED_CONTENT",
            "SPII",
            "IMAGE_SAFETY",
            "IMAGE_PROHIBITED_CONTENT",
            "IMAGE_RECITATION",
            "RECITATION",
            "LANGUAGE",
            "MODEL_ARMOR");

    /** Those of which OpenAI's words tell all. */
    private static final Set<String> TOLD = Set.of("STOP", "MAX_TOKENS", "SAFETY");

    /** The model has written what is no answer; asked once more it may do better. */
    private static final Set<String> FAILED =
            Set.of("MALFORMED_FUNCTION_CALL", "MALFORMED_RESPONSE", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS");

    private Finish() {}

    /** Gemini's word; null where the candidate has not ended yet. */
    static @Nullable String word(JsonNode candidate, Target target) {
        String word = named(candidate.path("finishReason"), target);
        return word.isEmpty() || word.equals(UNSPECIFIED) ? null : word;
    }

    /** @throws UnreadableAnswer if the word says that the model has failed */
    static void refuseFailed(@Nullable String word, JsonNode candidate) throws UnreadableAnswer {
        if (word != null && FAILED.contains(word)) {
            String detail = candidate.path("finishMessage").asText("");
            throw new UnreadableAnswer(Failure.transientFailure(
                    "The provider's model failed: " + word + (detail.isEmpty() ? "" : ", " + detail)));
        }
    }

    /** Puts into a choice what its finish reason does not tell. */
    static void tell(String word, ObjectNode choice) {
        if (!TOLD.contains(word)) {
            FinishReasons.own(choice, "gemini", word);
        }
    }

    private static String named(JsonNode reason, Target target) {
        int number = reason.asInt(-1);
        if (number >= 0) {
            List<String> words = target.provider().type().equals("gemini") ? STUDIO : VERTEX;
            return number < words.size() ? words.get(number) : "OTHER";
        }
        return reason.asText("").toUpperCase(Locale.ROOT);
    }

    /**
     * Gemini's word in OpenAI's vocabulary; clients accept no other.
     *
     * @param calls true if the answer calls a function: Gemini ends that with {@code STOP} too
     */
    static String reason(String word, boolean calls) {
        if (word.equals("MAX_TOKENS")) {
            return "length";
        } else if (FILTERED.contains(word)) {
            return FinishReasons.CONTENT_FILTER;
        }
        return calls ? FinishReasons.TOOL_CALLS : FinishReasons.STOP;
    }

    /** The text of a refusal if the prompt was blocked, else null. */
    static @Nullable String blocked(JsonNode answer) {
        JsonNode feedback = answer.path("promptFeedback");
        String reason = feedback.path("blockReason").asText("");
        String message = feedback.path("blockReasonMessage").asText("");
        if (reason.isEmpty() || reason.equals("BLOCKED_REASON_UNSPECIFIED")) {
            return null;
        }
        return message.isEmpty() ? "The provider blocked the prompt: " + reason + "." : message;
    }
}
