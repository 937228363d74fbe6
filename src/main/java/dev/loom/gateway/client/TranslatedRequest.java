package dev.loom.gateway.client;

import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.UnsupportedRequest;
import dev.loom.gateway.provider.Usage;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A request for an answer in a language other than the hub's. */
public abstract class TranslatedRequest implements ClientRequest {

    private final HubRequest read;
    private final ChatRequest hub;

    /** @throws InvalidRequest if the client's values do not make a request */
    protected TranslatedRequest(HubRequest read, Instant received) throws InvalidRequest {
        this.read = read;
        this.hub = read.build(received);
    }

    @Override
    public final ChatRequest hub() {
        return hub;
    }

    @Override
    public final @Nullable UnsupportedRequest unsaid() {
        return read.unsaid();
    }

    @Override
    public final ApiError inClientsWords(ApiError error) {
        return read.inClientsWords(error);
    }

    /** The length of the prompt, estimated by its bytes. */
    protected final long promptTokens() {
        return hub.promptBytes() / Usage.BYTES_PER_TOKEN;
    }
}
