package dev.loom.gateway.client.chat;

import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.Events;
import dev.loom.gateway.client.OpenAiStream;
import dev.loom.gateway.client.StreamWriter;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.UnsupportedRequest;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request that needs no translation.
 *
 * @param hub byte for byte the client's
 */
public record HubsOwn(ApiRequest hub) implements ClientRequest {

    @Override
    public @Nullable UnsupportedRequest unsaid() {
        return null;
    }

    @Override
    public byte[] answer(byte[] completion) {
        return completion;
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
    public ApiError inClientsWords(ApiError error) {
        return error;
    }
}
