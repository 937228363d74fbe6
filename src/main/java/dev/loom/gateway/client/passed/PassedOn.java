package dev.loom.gateway.client.passed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.Events;
import dev.loom.gateway.client.OpenAiStream;
import dev.loom.gateway.client.StreamWriter;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.PassedRequest;
import dev.loom.gateway.provider.UnsupportedRequest;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request that passes, and so does its answer.
 *
 * @param holder the provider that alone can serve it; null for any
 * @param made takes provider and id of what an answer tells of
 */
public record PassedOn(PassedRequest hub, @Nullable String holder, BiConsumer<String, String> made)
        implements ClientRequest {

    @Override
    public @Nullable UnsupportedRequest unsaid() {
        return null;
    }

    @Override
    public byte[] answer(byte[] answer) {
        return answer;
    }

    @Override
    public StreamWriter stream(Consumer<byte[]> out) {
        return new OpenAiStream(new Events(out)) {
            @Override
            public void chunk(byte[] data) {
                send(data);
            }
        };
    }

    @Override
    public void passed(String provider, byte[] data) {
        JsonNode id = Json.lenient(data).path("id");
        if (id.isTextual()) {
            made.accept(provider, id.textValue());
        }
    }

    @Override
    public ApiError inClientsWords(ApiError error) {
        return error;
    }
}
