package dev.loom.gateway.client.chat;

import dev.loom.gateway.client.ClientRequest;
import dev.loom.gateway.client.Holders;
import dev.loom.gateway.client.Mentions;
import dev.loom.gateway.client.OpenAiSurface;
import dev.loom.gateway.client.RawRequest;
import dev.loom.gateway.provider.InvalidRequest;

/** {@link Chat} in which files may be named: who has them answers, for the client that has them. */
public final class HeldChat implements OpenAiSurface {

    private final Chat language = new Chat();
    private final Holders holders;

    public HeldChat(Holders holders) {
        this.holders = holders;
    }

    @Override
    public String name() {
        return language.name();
    }

    @Override
    public ClientRequest read(RawRequest request) throws InvalidRequest {
        return new HubsOwn(
                language.read(request).hub(), Mentions.holder(Mentions.in(request.body()), holders, request));
    }
}
