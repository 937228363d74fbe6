package dev.loom.gateway.provider.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.FinishReasons;
import org.jspecify.annotations.Nullable;

/** Why Gemini ended an answer or refused to begin one. */
final class Finish {

    private Finish() {}

    /** Gemini's word; null where the candidate has not ended yet. */
    static @Nullable String word(JsonNode candidate) {
        String word = candidate.path("finishReason").asText("");
        return word.isEmpty() || word.equals("FINISH_REASON_UNSPECIFIED") ? null : word;
    }

    /**
     * Gemini's word in OpenAI's vocabulary; clients accept no other.
     *
     * @param calls true if the answer calls a function: Gemini ends that with {@code STOP} too
     */
    static String reason(String word, boolean calls) {
        return switch (word) {
            case "MAX_TOKENS" -> "length";
            case "SAFETY",
                    "BLOCKLIST",
                    "PROHIBITED_CONTENT",
                    "SPII",
                    "IMAGE_SAFETY",
                    "IMAGE_PROHIBITED_CONTENT",
                    "IMAGE_RECITATION",
                    "RECITATION",
                    "LANGUAGE",
                    "MODEL_ARMOR" -> "content_filter";
            default -> calls ? FinishReasons.TOOL_CALLS : FinishReasons.STOP;
        };
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
