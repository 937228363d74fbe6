package dev.loom.gateway.client;

import dev.loom.gateway.provider.InvalidRequest;

/** Room in memory for what a request makes the gateway hold beside the request's own bytes. */
@FunctionalInterface
public interface Room {

    Room WITHOUT_END = bytes -> {};

    /**
     * Takes so many bytes for as long as the request lasts.
     *
     * @throws InvalidRequest with 429 if there is no room for them now; nothing is taken then
     */
    void take(long bytes) throws InvalidRequest;
}
