package dev.loom.gateway.provider.errors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.UnreadableAnswer;
import java.util.List;
import java.util.regex.Pattern;
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

    /** What may stand in anything that has a name or a type of its own. */
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

    /** How types of errors end. */
    private static final Pattern TYPE_OF_ERROR =
            Pattern.compile("(?:error|exception|failure|failed|fault)$", Pattern.CASE_INSENSITIVE);

    /** The name of an event that has none. */
    private static final String UNNAMED = "message";

    private ErrorInside() {}

    /** @throws UnreadableAnswer if the answer carries an error, with what it means */
    public static void refuse(JsonNode answer) throws UnreadableAnswer {
        refuse(answer, null);
    }

    /**
     * Refuses an error in a stream.
     *
     * @param event the name of the event
     * @throws UnreadableAnswer if the chunk carries an error, with what it means
     */
    public static void refuse(JsonNode chunk, @Nullable String event) throws UnreadableAnswer {
        Failure failure = find(chunk, event);
        if (failure != null) {
            throw new UnreadableAnswer(failure);
        }
    }

    /**
     * What the error means that the chunk carries; null if it carries none.
     *
     * @param event the name of the event
     */
    public static @Nullable Failure find(JsonNode chunk, @Nullable String event) {
        if (isIn(chunk, event)) {
            return Classifier.inside(chunk);
        }
        JsonNode first = first(chunk);
        for (JsonNode choice : first.path("choices")) {
            if (isTold(choice.path(ERROR))) {
                return Classifier.inside(choice);
            }
        }
        JsonNode groq = first.path("x_groq"); // why it has stopped a stream
        return isTold(groq.path(ERROR)) ? Classifier.inside(groq) : null;
    }

    /** Whether the answer is an error or has one beside its choices. */
    public static boolean isIn(JsonNode answer) {
        return isIn(answer, null);
    }

    /**
     * The same of the event of a stream.
     *
     * @param event its name; what comes under a name that is not known here may say anything
     */
    public static boolean isIn(JsonNode chunk, @Nullable String event) {
        JsonNode first = first(chunk);
        boolean meant = isNamed(first)
                || isTold(first.path(ERROR))
                || first.path("base_resp").path("status_code").asInt() != 0; // MiniMax
        if (meant || OF_ANSWERS.stream().anyMatch(key -> says(first.path(key)))) {
            return meant;
        }
        return NAMED.stream().anyMatch(key -> says(first.path(key)))
                || (!says(first.path("object"))
                        && WEAK.stream().anyMatch(key -> isWords(key, first.path(key)))
                        && !isSomethingElse(first, event));
    }

    private static boolean isSomethingElse(JsonNode chunk, @Nullable String event) {
        String kind = chunk.path("type").asText(event == null || event.equals(UNNAMED) ? "" : event);
        return !kind.isBlank() && !TYPE_OF_ERROR.matcher(kind).find() && Classifier.statusInside(chunk) < 400;
    }

    /** Some servers write an error without a code or a word beside an answer. */
    private static boolean isTold(JsonNode error) {
        for (JsonNode part : error) {
            if (says(part)) {
                return true;
            }
        }
        return !error.isContainerNode() && says(error);
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
