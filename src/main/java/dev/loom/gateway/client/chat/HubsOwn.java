package dev.loom.gateway.client.chat;

import dev.loom.gateway.client.AsItCame;
import dev.loom.gateway.provider.ApiRequest;

/**
 * A request that needs no translation.
 *
 * @param hub byte for byte the client's
 */
public record HubsOwn(ApiRequest hub) implements AsItCame {}
