package dev.loom.gateway.provider.simulator;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.PassedRequest;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.UnsupportedRequest;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.provider.openai.OpenAi;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** The built-in simulator, which speaks OpenAI's language and is called by name instead of over a network. */
public final class SimulatorDialect implements Dialect {

    /** The end of the address at which it is asked for embeddings. */
    public static final String EMBEDDINGS = "/embeddings";

    private static final byte[] NO_BODY = {};

    private final OpenAi openAi = new OpenAi();

    @Override
    public UpstreamRequest encode(ChatRequest request, Target target) {
        Map<String, String> headers = new LinkedHashMap<>();
        OpenAi.forApi(headers, request);
        return new UpstreamRequest("POST", url(target.provider()), headers, OpenAi.body(request, target));
    }

    @Override
    public Completion decode(byte[] body, ChatRequest request, Target target) throws UnreadableAnswer {
        return openAi.decode(body, request, target);
    }

    @Override
    public ChunkDecoder stream(ChatRequest request, Target target) {
        return openAi.stream(request, target);
    }

    @Override
    public UpstreamRequest encodeEmbeddings(EmbeddingsRequest request, Target target) {
        Map<String, String> headers = new LinkedHashMap<>();
        OpenAi.forApi(headers, request);
        String url = url(target.provider()) + EMBEDDINGS;
        return new UpstreamRequest("POST", url, headers, request.bodyFor(target.model()));
    }

    @Override
    public Completion decodeEmbeddings(byte[] body, EmbeddingsRequest request, Target target) throws UnreadableAnswer {
        return openAi.decodeEmbeddings(body, request, target);
    }

    /** Moderations, rerank, audio and pictures; it stores nothing. */
    @Override
    public UpstreamRequest pass(PassedRequest request, Target target) {
        if (!SimulatedPath.isAnswered(request.path())) {
            throw UnsupportedRequest.endpoint(request, target);
        }
        String url = url(target.provider()) + request.path();
        return UpstreamRequest.passing(
                request.method(),
                url,
                request.headersOver(Map.of()),
                request.content().withModel(target.model()));
    }

    /** What stands behind the provider's own part of the path. */
    public static String path(String provider, String uri) {
        return uri.substring(("/" + provider).length());
    }

    @Override
    public Failure classify(int status, Headers headers, byte[] body, Instant now) {
        return openAi.classify(status, headers, body, now);
    }

    @Override
    public UpstreamRequest models(ProviderConfig provider) {
        return new UpstreamRequest("GET", url(provider), Map.of(), NO_BODY);
    }

    private static String url(ProviderConfig provider) {
        return "http://simulator.invalid/" + provider.name();
    }
}
