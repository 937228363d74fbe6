package dev.loom.gateway.provider.anthropic;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.Secret;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Refusal;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.provider.openai.OpenAi;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Anthropic's Messages API. {@code docs/providers/anthropic.md} says field by field how it is translated. */
public final class Anthropic implements Dialect {

    private static final byte[] NO_BODY = {};

    @Override
    public UpstreamRequest encode(ChatRequest request, Target target) {
        Map<String, String> headers = headers(target.provider());
        OpenAi.forApi(headers, request);
        byte[] body = Json.bytes(MessagesRequest.body(request, target));
        return new UpstreamRequest("POST", root(target.provider()) + "/v1/messages", headers, body);
    }

    @Override
    public Completion decode(byte[] body, ChatRequest request, Target target) throws UnreadableAnswer {
        return Answer.decode(body, request, target, Models.of(target));
    }

    @Override
    public ChunkDecoder stream(ChatRequest request, Target target) {
        return new MessageStream(request, target, Models.of(target));
    }

    @Override
    public Failure classify(int status, Headers headers, byte[] body, Instant now) {
        return Errors.classify(status, headers, body, now);
    }

    @Override
    public @Nullable Refusal refusal(int status, byte[] body, ApiRequest request, Target target) {
        return Refusals.in(status, body, request, target);
    }

    @Override
    public UpstreamRequest models(ProviderConfig provider) {
        return new UpstreamRequest("GET", root(provider) + "/v1/models?limit=1", headers(provider), NO_BODY);
    }

    /** Without the version, which the user may have written. */
    private static String root(ProviderConfig provider) {
        return OpenAi.baseUrl(provider).replaceFirst("(/v1)?/?$", "");
    }

    /** The API prefers {@code x-api-key} where both are sent, so it would defeat a user's own {@code Authorization}. */
    private static Map<String, String> headers(ProviderConfig provider) {
        Map<String, String> headers = new LinkedHashMap<>();
        Secret key = provider.apiKey();
        boolean signedInOtherwise = provider.headers().keySet().stream()
                .anyMatch(name -> name.equalsIgnoreCase("Authorization") || name.equalsIgnoreCase("x-api-key"));
        if (key != null && !signedInOtherwise) {
            headers.put("x-api-key", key.value());
        }
        headers.put("anthropic-version", provider.anthropicVersion());
        return headers;
    }
}
