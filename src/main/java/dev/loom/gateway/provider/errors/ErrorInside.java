package dev.loom.gateway.provider.errors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.UnreadableAnswer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Errors that stand where an answer should: beside 200, in a stream, beside choices or within one. Most servers write
 * them under {@code error}, but a framework or a proxy that stands before a server has a form of its own. Whatever of it
 * may also stand in a good answer ({@code message}, {@code detail}) counts only where there is no answer.
 */
public final class ErrorInside {

    private static final String ERROR = "error";

    /** Some servers write there that there was none, but not without an answer. */
    private static final List<String> NAMED = List.of("error_message", "error_msg");

    /** What may stand in anything that has a name of its own. */
    private static final List<String> WEAK = List.of("errors", "detail", "message", "msg", "Message");

    /** What an answer of any language has, or a part of one in a stream. */
    private static final List<String> OF_ANSWERS = List.of(
            "choices",
            "usage",
            "data",
            "candidates",
            "promptFeedback",
            "usageMetadata",
            "content",
            "output",
            "predictions",
            "embedding",
            "embeddings");

    private ErrorInside() {}

    /** @throws UnreadableAnswer if the answer or the chunk carries an error, with what it means */
    public static void refuse(JsonNode answer) throws UnreadableAnswer {
        Failure failure = find(answer);
        if (failure != null) {
            throw new UnreadableAnswer(failure);
        }
    }

    /** What the error means that the answer or the chunk carries; null if it carries none. */
    public static @Nullable Failure find(JsonNode answer) {
        if (isIn(answer)) {
            return Classifier.inside(answer);
        }
        for (JsonNode choice : first(answer).path("choices")) {
            if (says(choice.path(ERROR))) {
                return Classifier.inside(choice);
            }
        }
        return null;
    }

    /** Whether the answer, or the event of a stream, is an error or has one beside its choices. */
    public static boolean isIn(JsonNode answer) {
        JsonNode first = first(answer);
        boolean meant = isNamed(first)
                || says(first.path(ERROR))
                || first.path("base_resp").path("status_code").asInt() != 0; // MiniMax
        if (meant || OF_ANSWERS.stream().anyMatch(key -> says(first.path(key)))) {
            return meant;
        }
        return NAMED.stream().anyMatch(key -> says(first.path(key)))
                || (!says(first.path("object")) && WEAK.stream().anyMatch(key -> isWords(key, first.path(key))));
    }

    private static JsonNode first(JsonNode answer) {
        return answer.isArray() ? answer.path(0) : answer;
    }

    private static boolean isNamed(JsonNode answer) {
        return answer.path("object").asText().equals(ERROR)
                || answer.path("type").asText().equals(ERROR)
                || (answer.path(ERROR).isObject() && OF_ANSWERS.stream().noneMatch(answer::hasNonNull));
    }

    /** Not null, false, zero, or empty. */
    private static boolean says(JsonNode value) {
        return value.isContainerNode()
                ? !value.isEmpty()
                : value.isTextual() ? !value.textValue().isBlank() : value.asBoolean() || value.asDouble() != 0;
    }

    /** A message that is an object is an answer, or one that begins, in other languages. */
    private static boolean isWords(String key, JsonNode value) {
        boolean may = value.isTextual() || value.isArray() || (value.isObject() && key.equals("detail"));
        return may && says(value);
    }
}
