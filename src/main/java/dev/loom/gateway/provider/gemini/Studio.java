package dev.loom.gateway.provider.gemini;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Refusal;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.provider.Verbatim;
import dev.loom.gateway.provider.openai.OpenAi;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Google AI Studio, the Gemini API: the language of {@link Vertex} under other addresses, with a key. */
public final class Studio extends Google {

    public Studio() {
        this(false);
    }

    private Studio(boolean passing) {
        super(passing);
    }

    @Override
    public UpstreamRequest encode(ChatRequest request, Target target) {
        Map<String, String> headers = headers(target.provider());
        OpenAi.forApi(headers, request);
        byte[] body = Json.bytes(ContentRequest.of(request, target));
        return new UpstreamRequest("POST", url(target) + call(request.stream()), headers, body);
    }

    @Override
    public @Nullable Dialect speaking(String surface, Target target) {
        return surface.equals("gemini") && target.mayServe(surface, true) ? new Studio(true) : null;
    }

    @Override
    public UpstreamRequest passOn(Verbatim request, Target target) {
        Map<String, String> headers = headers(target.provider());
        OpenAi.forApi(headers, request.stream());
        return new UpstreamRequest("POST", url(target) + call(request.stream()), headers, request.body());
    }

    @Override
    public Completion decode(byte[] body, ChatRequest request, Target target) throws UnreadableAnswer {
        return new Answer(request, target, passing()).read(body);
    }

    @Override
    public ChunkDecoder stream(ChatRequest request, Target target) {
        return new ContentStream(request, target, passing());
    }

    @Override
    public UpstreamRequest encodeEmbeddings(EmbeddingsRequest request, Target target) {
        Map<String, String> headers = headers(target.provider());
        OpenAi.forApi(headers, request);
        String url = url(target) + ":batchEmbedContents";
        return UpstreamRequest.inParts(url, headers, Embeddings.batches(request, plain(target.model())));
    }

    @Override
    public @Nullable Refusal refusal(int status, byte[] body, ApiRequest request, Target target) {
        return Refusals.in(status, body, request, target);
    }

    @Override
    public UpstreamRequest models(ProviderConfig provider) {
        return new UpstreamRequest("GET", root(provider) + "?pageSize=1", headers(provider), NO_BODY);
    }

    private static String call(boolean stream) {
        return stream ? ":streamGenerateContent?alt=sse" : ":generateContent";
    }

    private static String url(Target target) {
        return root(target.provider()) + '/' + UrlSegment.ofModel(plain(target.model()));
    }

    private static String root(ProviderConfig provider) {
        return OpenAi.baseUrl(provider).replaceFirst("/v1(beta|alpha)?/?$", "") + "/v1beta/models";
    }

    /** Google's own lists name models with the folder in which they are. */
    private static String plain(String model) {
        return model.startsWith("models/") ? model.substring("models/".length()) : model;
    }
}
