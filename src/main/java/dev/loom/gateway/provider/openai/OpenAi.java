package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.Secret;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.PassedRequest;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnsupportedRequest;
import dev.loom.gateway.provider.UpstreamRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** OpenAI itself and every server that speaks its language: vLLM, llama.cpp, Ollama, LM Studio and many more. */
public final class OpenAi extends OpenAiAnswers {

    private static final byte[] NO_BODY = {};
    private static final String STREAM_OPTIONS = "stream_options";

    @Override
    public UpstreamRequest encode(ChatRequest request, Target target) {
        ProviderConfig provider = target.provider();
        Map<String, String> headers = headers(provider);
        forApi(headers, request);
        return new UpstreamRequest("POST", baseUrl(provider) + "/chat/completions", headers, body(request, target));
    }

    /**
     * Responses by default at OpenAI's own address: of the many servers that speak its language few speak this one.
     * Completions of a text by default nowhere: few models still have them, and a chat does for the others.
     */
    @Override
    public @Nullable Dialect speaking(String surface, Target target) {
        boolean own = baseUrl(target.provider()).startsWith("https://api.openai.com/");
        if (surface.equals("completions") && target.mayServe(surface, false)) {
            return new CompletionsApi(this, asked -> at("/completions", asked));
        }
        return surface.equals("responses") && target.mayServe(surface, own)
                ? new ResponsesApi(this, asked -> at("/responses", asked))
                : null;
    }

    @Override
    public UpstreamRequest pass(PassedRequest request, Target target) {
        requireServed(request, target, baseUrl(target.provider()).startsWith("https://api.openai.com/"));
        String url = baseUrl(target.provider()) + request.path();
        Map<String, String> headers = request.headersOver(headers(target.provider()));
        return UpstreamRequest.passing(
                request.method(), url, headers, request.content().withModel(target.model()));
    }

    /** @param responses whether the provider has this surface unless its configuration says so */
    static void requireServed(PassedRequest request, Target target, boolean responses) {
        boolean otherwise =
                responses || request.model().isEmpty() || !request.surface().equals("responses");
        if (!target.mayServe(request.surface(), otherwise)) {
            throw UnsupportedRequest.endpoint(request, target);
        }
    }

    private static UpstreamRequest at(String path, Target target) {
        ProviderConfig provider = target.provider();
        return new UpstreamRequest("POST", baseUrl(provider) + path, headers(provider), NO_BODY);
    }

    @Override
    public UpstreamRequest encodeEmbeddings(EmbeddingsRequest request, Target target) {
        ProviderConfig provider = target.provider();
        Map<String, String> headers = headers(provider);
        forApi(headers, request);
        return new UpstreamRequest("POST", baseUrl(provider) + "/embeddings", headers, request.bodyFor(target.model()));
    }

    @Override
    public UpstreamRequest models(ProviderConfig provider) {
        return new UpstreamRequest("GET", baseUrl(provider) + "/models", headers(provider), NO_BODY);
    }

    /** The client's bytes with the model as this target calls it; a stream ends with its usage, where one may ask for it. */
    public static byte[] body(ChatRequest request, Target target) {
        Map<String, String> changes = new LinkedHashMap<>();
        if (!request.model().equals(target.model())) {
            changes.put("model", Json.string(TextNode.valueOf(target.model())));
        }
        boolean options = target.quirks().takesStreamOptions(target.provider());
        if (!options && request.has(STREAM_OPTIONS)) {
            return request.without(STREAM_OPTIONS, changes);
        }
        if (options && request.stream() && !request.includeUsage()) {
            ObjectNode asking = request.streamOptions().put("include_usage", true);
            changes.put(STREAM_OPTIONS, Json.string(asking));
        }
        return changes.isEmpty() ? request.body() : request.with(changes);
    }

    public static void forApi(Map<String, String> headers, ApiRequest request) {
        forApi(headers, request.stream());
    }

    public static void forApi(Map<String, String> headers, boolean stream) {
        headers.put("Content-Type", "application/json");
        headers.put("Accept", stream ? "text/event-stream" : "application/json");
        headers.put("Accept-Encoding", "identity");
    }

    public static String baseUrl(ProviderConfig provider) {
        return Objects.requireNonNull(
                provider.baseUrl(), () -> "Provider '" + provider.name() + "' has no base_url; set it.");
    }

    private static Map<String, String> headers(ProviderConfig provider) {
        Map<String, String> headers = new LinkedHashMap<>();
        Secret key = provider.apiKey();
        put(headers, "Authorization", key == null ? null : "Bearer " + key.value());
        put(headers, "OpenAI-Organization", provider.organization());
        put(headers, "OpenAI-Project", provider.project());
        return headers;
    }

    private static void put(Map<String, String> headers, String name, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            headers.put(name, value);
        }
    }
}
