package dev.loom.gateway.provider;

import java.time.Instant;

/**
 * One provider kind's language, translated from and to OpenAI's chat completions, which are the hub.
 * Implementations are stateless and free of I/O and clocks.
 */
public interface Dialect {

    /**
     * The request as this provider wants it, without the user's own {@code headers}, which the caller lays over it.
     *
     * @throws UnsupportedRequest if the provider has no counterpart for a field that cannot be dropped
     */
    UpstreamRequest encode(ChatRequest request, Target target);

    /**
     * A 2xx answer that was not streamed.
     *
     * @throws UnreadableAnswer if it is not an answer; never any other exception, whatever the bytes
     */
    Completion decode(byte[] body, ChatRequest request, Target target) throws UnreadableAnswer;

    /** A decoder for one 2xx stream. */
    ChunkDecoder stream(ChatRequest request, Target target);

    /** What a status other than 2xx means. Never throws, whatever the bytes. */
    Failure classify(int status, Headers headers, byte[] body, Instant now);

    /** A cheap authenticated GET that shows whether the provider answers: its list of models. */
    UpstreamRequest models(dev.loom.gateway.config.ProviderConfig provider);
}
