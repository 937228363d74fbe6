package dev.loom.gateway.client.chat;

import dev.loom.gateway.client.AsItCame;
import dev.loom.gateway.provider.ApiRequest;
import org.jspecify.annotations.Nullable;

/**
 * A request that needs no translation.
 *
 * @param hub byte for byte the client's
 * @param holder the provider that alone can serve it; null for any
 */
public record HubsOwn(ApiRequest hub, @Nullable String holder) implements AsItCame {

    HubsOwn(ApiRequest hub) {
        this(hub, null);
    }
}
