package dev.loom.gateway.client.chat;

import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.OpenAiSurface;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.InvalidRequest;

/** {@code POST /v1/chat/completions}: what goes in and out is the hub's as it stands. */
public final class Chat implements OpenAiSurface {

    @Override
    public String name() {
        return "chat";
    }

    @Override
    public ClientRequest read(RawRequest request) throws InvalidRequest {
        return new HubsOwn(ChatRequest.parse(request.body(), request.received()));
    }
}
