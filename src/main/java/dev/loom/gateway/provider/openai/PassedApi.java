package dev.loom.gateway.provider.openai;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.provider.Verbatim;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** An API of OpenAI's beside chats, for clients that speak it, too. */
abstract class PassedApi implements Dialect {

    private static final List<String> PASSED = List.of("OpenAI-Beta");

    private final Dialect chat;
    private final Function<Target, UpstreamRequest> like;

    /**
     * @param chat the provider's dialect for all else
     * @param like has address and credentials of a request
     */
    PassedApi(Dialect chat, Function<Target, UpstreamRequest> like) {
        this.chat = chat;
        this.like = like;
    }

    @Override
    public final UpstreamRequest encode(ChatRequest request, Target target) {
        return chat.encode(request, target);
    }

    @Override
    public final UpstreamRequest passOn(Verbatim request, Target target) {
        UpstreamRequest blank = like.apply(target);
        Map<String, String> headers = new LinkedHashMap<>(blank.headers());
        OpenAi.forApi(headers, request.stream());
        request.copyHeaders(headers, PASSED);
        return new UpstreamRequest("POST", blank.url(), headers, request.bodyFor(target.model()));
    }

    @Override
    public final Failure classify(int status, Headers headers, byte[] body, Instant now) {
        return chat.classify(status, headers, body, now);
    }

    @Override
    public final UpstreamRequest models(ProviderConfig provider) {
        return chat.models(provider);
    }
}
