package dev.loom.gateway.provider;

import org.jspecify.annotations.Nullable;

/** What a client asks for: what routing needs to know of it, and how a dialect is asked to say it. */
public sealed interface ApiRequest permits ChatRequest, EmbeddingsRequest, PassedRequest {

    /** What the client wants: {@code chat}, {@code embeddings}, or what passes as it is, such as {@code audio}. */
    String surface();

    /** The request's JSON: the client's own bytes, or those that a step of a route has put in their place. */
    byte[] body();

    /**
     * The same kind of request, read from other bytes.
     *
     * @throws InvalidRequest if they are none
     */
    ApiRequest reread(byte[] otherBody) throws InvalidRequest;

    /** The same request for another model. */
    byte[] bodyFor(String otherModel);

    /** The model's name as the client wrote it. */
    String model();

    /** True if the answer is to come as a stream, which only a chat's can. */
    default boolean stream() {
        return false;
    }

    /** The client's bound on the tokens of the answer; null where it sets none. What is no chat is not counted in advance. */
    default @Nullable Integer maxTokens() {
        return 0;
    }

    /** The field {@code user}, by which a client names whom it asks for; null where there is none. */
    @Nullable
    String user();

    /** Length of the prompt in bytes, which is what it costs at most to estimate. */
    int promptBytes();

    /**
     * This request in a provider's words.
     *
     * @throws UnsupportedRequest if they do not suffice
     */
    UpstreamRequest encode(Dialect dialect, Target target);

    /**
     * The provider's 2xx answer that was not streamed, in OpenAI's words.
     *
     * @throws UnreadableAnswer if it is not an answer
     */
    Completion decode(byte[] body, Dialect dialect, Target target) throws UnreadableAnswer;
}
