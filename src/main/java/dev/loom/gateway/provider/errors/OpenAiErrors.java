package dev.loom.gateway.provider.errors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.UnreadableAnswer;

/** Errors that stand where an answer should: beside 200, in a stream, beside choices or within one. */
public final class OpenAiErrors {

    private OpenAiErrors() {}

    /** @throws UnreadableAnswer if the answer or the chunk carries an error, with what it means */
    public static void refuseErrorIn(JsonNode answer) throws UnreadableAnswer {
        JsonNode first = answer.isArray() ? answer.path(0) : answer;
        refuseError(first);
        for (JsonNode choice : first.path("choices")) {
            refuseError(choice);
        }
    }

    private static void refuseError(JsonNode node) throws UnreadableAnswer {
        JsonNode error = node.path("error");
        if (error.isObject() || (error.isTextual() && !error.textValue().isBlank())) {
            throw new UnreadableAnswer(Classifier.inside(node));
        }
    }
}
