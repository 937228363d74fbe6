package dev.loom.gateway.client;

import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.UnsupportedRequest;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client's request in the hub's words, and how its answer is said in the client's. Immutable. */
public interface ClientRequest {

    /** What the client asks for, less what {@link #unsaid} tells. */
    ApiRequest hub();

    /**
     * What the hub has no word for, so that only a provider that speaks the client's own language can serve the
     * request; null where there is nothing of that kind.
     */
    @Nullable
    UnsupportedRequest unsaid();

    /**
     * A whole answer in the client's language.
     *
     * @param completion the hub's, as JSON
     */
    byte[] answer(byte[] completion);

    /**
     * A streamed answer in the client's language.
     *
     * @param out takes the bytes for the client
     */
    StreamWriter stream(Consumer<byte[]> out);

    /** Whether a provider that speaks the same language may get the request, and the client the answer, as it is. */
    default boolean mayPass(RawRequest raw) {
        return false;
    }

    /** The provider that alone can serve the request, since it holds what the request is about; null for any. */
    default @Nullable String holder() {
        return null;
    }

    /**
     * The answer passes as it came.
     *
     * @param data all of it, or one event of a stream
     */
    default void passed(String provider, byte[] data) {}

    /** An error about the hub's request, with its field as the client calls it. */
    ApiError inClientsWords(ApiError error);
}
