package dev.loom.gateway.provider;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One provider kind's language, translated from and to OpenAI's, which is the hub.
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

    /**
     * How this provider answers clients of its own language, whose requests and answers pass as they are: what it makes of
     * answers serves the books alone.
     *
     * @param surface the client's language: {@code messages}, {@code responses} or {@code gemini}
     * @return null if the provider does not speak it
     */
    default @Nullable Dialect speaking(String surface, Target target) {
        return null;
    }

    /** The client's request as it came, but for the model's name. Only for what {@link #speaking} gives. */
    default UpstreamRequest passOn(Verbatim request, Target target) {
        throw new UnsupportedOperationException("Provider '" + target.provider().name() + "' speaks another language");
    }

    /**
     * A request for something else than chats and embeddings, as it came but for the model's name. By default a provider
     * has nothing else.
     *
     * @throws UnsupportedRequest if the provider has no such path
     */
    default UpstreamRequest pass(PassedRequest request, Target target) {
        throw UnsupportedRequest.endpoint(request, target);
    }

    /**
     * A request for embeddings. By default a provider has none.
     *
     * @throws UnsupportedRequest if the provider has no embeddings, or not of this kind
     */
    default UpstreamRequest encodeEmbeddings(EmbeddingsRequest request, Target target) {
        throw new UnsupportedRequest("Provider '" + target.provider().name() + "' has no embeddings.", "model");
    }

    /**
     * The 2xx answer to {@link #encodeEmbeddings}.
     *
     * @param body where the request had more than one body, a JSON array of the answers to each
     * @throws UnreadableAnswer if it is not an answer; never any other exception, whatever the bytes
     */
    default Completion decodeEmbeddings(byte[] body, EmbeddingsRequest request, Target target) throws UnreadableAnswer {
        throw new UnreadableAnswer("Provider '" + target.provider().name() + "' has no embeddings.");
    }

    /** What a status other than 2xx means. Never throws, whatever the bytes. */
    Failure classify(int status, Headers headers, byte[] body, Instant now);

    /**
     * What an error complains of, where the request can do without it and is worth repeating at once; null where not.
     * Never throws, whatever the bytes.
     *
     * @param target as it was when the request was made
     */
    default @Nullable Refusal refusal(int status, byte[] body, ApiRequest request, Target target) {
        return Dispensable.refused(status, body, request, target);
    }

    /** A cheap authenticated GET that shows whether the provider answers: its list of models. */
    UpstreamRequest models(dev.loom.gateway.config.ProviderConfig provider);
}
