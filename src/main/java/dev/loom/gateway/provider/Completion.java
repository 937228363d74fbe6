package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A whole answer in OpenAI's shape.
 *
 * @param body JSON bytes for the client
 * @param usage null where the provider did not report any
 */
public record Completion(byte[] body, @Nullable Usage usage) {

    /** The same answer with another count, also for the client. */
    public Completion counted(Usage other) {
        if (!(Json.lenient(body) instanceof ObjectNode answer)) {
            return new Completion(body, other);
        }
        ObjectNode told = answer.has("choices")
                ? UsageDetails.of(other).toJson()
                : Json.object().put("prompt_tokens", other.input()).put("total_tokens", other.input());
        return new Completion(Json.bytes(answer.set("usage", told)), other);
    }
}
