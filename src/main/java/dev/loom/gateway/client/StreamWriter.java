package dev.loom.gateway.client;

import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Failure;
import org.jspecify.annotations.Nullable;

/**
 * Says the hub's stream in a client's language. One instance per stream, used by one thread at a time. Nothing follows
 * {@link #failed} or {@link #done}.
 */
public interface StreamWriter {

    String EVENT_STREAM = "text/event-stream; charset=utf-8";

    /** The {@code Content-Type} of the stream. */
    default String contentType() {
        return EVENT_STREAM;
    }

    /** @param data the JSON of a {@code chat.completion.chunk} */
    void chunk(byte[] data);

    /** Why the stream cannot be said to its end, after a chunk; null where it can. The reader ends it with {@link #failed}. */
    default @Nullable Failure unsayable() {
        return null;
    }

    /**
     * An event of an answer that passes.
     *
     * @return false where the client gets it in the frame in which it came
     */
    default boolean passed(byte[] data) {
        return false;
    }

    /** The end of an answer that passes. */
    default void allPassed() {}

    /** A sign of life that carries nothing. */
    void keepAlive();

    /** The answer broke off. */
    void failed(ApiError error, String requestId);

    /** The answer is complete. */
    void done();
}
