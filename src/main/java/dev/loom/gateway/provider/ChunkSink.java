package dev.loom.gateway.provider;

/** Takes what a {@link ChunkDecoder} makes of a provider's events. */
public interface ChunkSink {

    /**
     * One chunk for the client.
     *
     * @param data the JSON of a {@code chat.completion.chunk}
     * @param content true if it carries text, a tool call, reasoning or a refusal: the first such commits the stream
     */
    void chunk(byte[] data, boolean content);

    /** A sign of life that carries nothing. */
    void keepAlive();

    /** The provider reported an error inside its stream; nothing follows. */
    void failed(Failure failure);

    /** The answer is complete; the relay writes {@code [DONE]}. Nothing follows. */
    void done();
}
