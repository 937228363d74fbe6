package dev.loom.gateway.provider;

import org.jspecify.annotations.Nullable;

/**
 * Turns one provider stream into OpenAI's chunks. One instance per stream, used by one thread at a time.
 * Whatever the provider sends, a decoder does not throw: it reports {@link ChunkSink#failed}.
 */
public interface ChunkDecoder {

    void accept(ServerSentEvent event, ChunkSink sink);

    /** The provider closed the stream. Calls {@code done} or {@code failed} unless one of them was called already. */
    void end(ChunkSink sink);

    /** Usage as far as the provider has reported it; null until then. */
    @Nullable
    Usage usage();

    /** Whether {@link #usage} counts the answer to its end, where the answer has come to one. */
    default boolean isCounted() {
        return usage() != null;
    }

    /** Bytes of {@link ContentSize content} that were passed on so far; 0 where nobody counts them. */
    default long contentBytes() {
        return 0;
    }
}
