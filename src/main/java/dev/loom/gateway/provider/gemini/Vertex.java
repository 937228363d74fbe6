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
import dev.loom.gateway.provider.UnsupportedRequest;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.provider.Verbatim;
import dev.loom.gateway.provider.anthropic.ClaudeOnVertex;
import dev.loom.gateway.provider.openai.OpenAi;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Google Vertex AI: Gemini by {@code generateContent}, and Claude, which speaks Anthropic's language there, by
 * {@code rawPredict}. {@code docs/providers/vertex.md} says field by field how it is translated. The {@code Authorization}
 * header is not written here, since its token comes from the network: the caller adds what the provider's
 * {@code CredentialSource} gives, if {@link #needsCredentials} says so.
 */
public final class Vertex extends Google {

    public Vertex() {
        this(false);
    }

    private Vertex(boolean passing) {
        super(passing);
    }

    @Override
    public UpstreamRequest encode(ChatRequest request, Target target) {
        ProviderConfig provider = target.provider();
        Map<String, String> headers = headers(provider);
        OpenAi.forApi(headers, request);
        boolean claude = isClaude(target);
        byte[] body = Json.bytes(claude ? ClaudeOnVertex.body(request, target) : ContentRequest.of(request, target));
        String url = claude
                ? VertexUrls.claude(provider, target.model(), request.stream())
                : VertexUrls.gemini(provider, target.model(), request.stream());
        return new UpstreamRequest("POST", url, headers, body);
    }

    @Override
    public @Nullable Dialect speaking(String surface, Target target) {
        return surface.equals("gemini") && !isClaude(target) && target.mayServe(surface, true)
                ? new Vertex(true)
                : null;
    }

    @Override
    public UpstreamRequest passOn(Verbatim request, Target target) {
        Map<String, String> headers = headers(target.provider());
        OpenAi.forApi(headers, request.stream());
        String url = VertexUrls.gemini(target.provider(), target.model(), request.stream());
        return new UpstreamRequest("POST", url, headers, request.body());
    }

    @Override
    public Completion decode(byte[] body, ChatRequest request, Target target) throws UnreadableAnswer {
        return isClaude(target)
                ? ClaudeOnVertex.decode(body, request, target)
                : new Answer(request, target, passing()).read(body);
    }

    @Override
    public ChunkDecoder stream(ChatRequest request, Target target) {
        return isClaude(target)
                ? ClaudeOnVertex.stream(request, target)
                : new ContentStream(request, target, passing());
    }

    @Override
    public UpstreamRequest encodeEmbeddings(EmbeddingsRequest request, Target target) {
        if (isClaude(target)) {
            throw new UnsupportedRequest("Claude has no embeddings.", "model");
        }
        ProviderConfig provider = target.provider();
        Map<String, String> headers = headers(provider);
        OpenAi.forApi(headers, request);
        String url = VertexUrls.embeddings(provider, target.model());
        return UpstreamRequest.inParts(url, headers, Embeddings.bodies(request, target));
    }

    @Override
    public @Nullable Refusal refusal(int status, byte[] body, ApiRequest request, Target target) {
        return isClaude(target)
                ? ClaudeOnVertex.refusal(status, body, request, target)
                : Refusals.in(status, body, request, target);
    }

    @Override
    public UpstreamRequest models(ProviderConfig provider) {
        return new UpstreamRequest("GET", VertexUrls.models(provider), headers(provider), NO_BODY);
    }

    /** False where the user gave an {@code api_key}, or signs in by {@code headers} of their own. */
    public static boolean needsCredentials(ProviderConfig provider) {
        return provider.apiKey() == null && !signedInByHeaders(provider);
    }

    private static boolean isClaude(Target target) {
        return target.model().startsWith("claude");
    }
}
