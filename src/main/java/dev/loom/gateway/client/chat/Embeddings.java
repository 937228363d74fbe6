package dev.loom.gateway.client.chat;

import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.OpenAiSurface;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.InvalidRequest;

/** {@code POST /v1/embeddings}: what goes in and out is the hub's as it stands. */
public final class Embeddings implements OpenAiSurface {

    @Override
    public String name() {
        return "embeddings";
    }

    @Override
    public ClientRequest read(RawRequest request) throws InvalidRequest {
        return new HubsOwn(EmbeddingsRequest.parse(request.body()));
    }
}
