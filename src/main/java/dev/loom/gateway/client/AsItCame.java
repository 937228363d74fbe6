package dev.loom.gateway.client;

import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.UnsupportedRequest;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request whose answer goes to the client as it comes, chunk by chunk where it is a stream. */
public interface AsItCame extends ClientRequest {

    @Override
    default @Nullable UnsupportedRequest unsaid() {
        return null;
    }

    @Override
    default byte[] answer(byte[] answer) {
        return answer;
    }

    @Override
    default StreamWriter stream(Consumer<byte[]> out) {
        return new OpenAiStream(new Events(out)) {
            @Override
            public void chunk(byte[] data) {
                send(data);
            }
        };
    }

    @Override
    default ApiError inClientsWords(ApiError error) {
        return error;
    }
}
