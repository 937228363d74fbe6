package dev.loom.gateway.client;

import dev.loom.gateway.provider.InvalidRequest;

/** Room in memory for what a request makes the gateway hold beside the request's own bytes. */
public interface Room {

    Room WITHOUT_END = new Room() {
        @Override
        public void require(long bytes) {}

        @Override
        public void giveBack(long bytes) {}
    };

    /**
     * Takes so many bytes for as long as the request lasts.
     *
     * @throws InvalidRequest with 429 if there is no room for them now, with 413 if there never is; nothing is taken then
     */
    void require(long bytes) throws InvalidRequest;

    /** Of what was taken, these are held no longer. */
    void giveBack(long bytes);
}
