package dev.loom.gateway.client.passed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.client.AsItCame;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.PassedRequest;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A request that passes, and so does its answer.
 *
 * @param holder the provider that alone can serve it; null for any
 * @param own true if its path names what was made for this caller
 * @param made takes provider and id of what an answer tells of
 */
public record PassedOn(PassedRequest hub, @Nullable String holder, boolean own, BiConsumer<String, String> made)
        implements AsItCame {

    /** What an answer about the caller's own names as its result. */
    private static final List<String> RESULTS = List.of("output_file_id", "error_file_id", "result_files", "file");

    @Override
    public void passed(String provider, byte[] data) {
        JsonNode answer = Json.lenient(data);
        note(provider, answer);
        if (own) {
            RESULTS.forEach(name -> note(provider, answer.path(name)));
        }
    }

    private void note(String provider, JsonNode told) {
        JsonNode id = told.isObject() ? told.path("id") : told;
        if (id.isTextual()) {
            made.accept(provider, id.textValue());
        }
        if (told.isArray()) {
            told.forEach(one -> note(provider, one));
        }
    }
}
