package dev.loom.gateway.client.passed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.client.AsItCame;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.PassedRequest;
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

    @Override
    public void passed(String provider, byte[] data) {
        JsonNode id = Json.lenient(data).path("id");
        if (id.isTextual()) {
            made.accept(provider, id.textValue());
        }
    }
}
