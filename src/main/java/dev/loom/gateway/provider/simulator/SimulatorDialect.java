package dev.loom.gateway.provider.simulator;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.PassedRequest;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnsupportedRequest;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.provider.openai.OpenAi;
import dev.loom.gateway.provider.openai.OpenAiAnswers;
import java.util.LinkedHashMap;
import java.util.Map;

/** The built-in simulator, which speaks OpenAI's language and is called by name instead of over a network. */
public final class SimulatorDialect extends OpenAiAnswers {

    /** The end of the address at which it is asked for embeddings. */
    public static final String EMBEDDINGS = "/embeddings";

    private static final byte[] NO_BODY = {};

    @Override
    public UpstreamRequest encode(ChatRequest request, Target target) {
        Map<String, String> headers = new LinkedHashMap<>();
        OpenAi.forApi(headers, request);
        return new UpstreamRequest("POST", url(target.provider()), headers, OpenAi.body(request, target));
    }

    @Override
    public UpstreamRequest encodeEmbeddings(EmbeddingsRequest request, Target target) {
        Map<String, String> headers = new LinkedHashMap<>();
        OpenAi.forApi(headers, request);
        String url = url(target.provider()) + EMBEDDINGS;
        return new UpstreamRequest("POST", url, headers, request.bodyFor(target.model()));
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
    public UpstreamRequest models(ProviderConfig provider) {
        return new UpstreamRequest("GET", url(provider), Map.of(), NO_BODY);
    }

    private static String url(ProviderConfig provider) {
        return "http://simulator.invalid/" + provider.name();
    }
}
