package dev.loom.gateway.provider.gemini;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.Secret;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Headers;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.anthropic.ClaudeOnVertex;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** What Vertex AI and Google AI Studio have in common: errors, embeddings, and how one signs in with a key. */
abstract class Google implements Dialect {

    static final byte[] NO_BODY = {};

    private final boolean passing;

    /** @param passing whether clients speak Gemini's language too and get answers as they came */
    Google(boolean passing) {
        this.passing = passing;
    }

    final boolean passing() {
        return passing;
    }

    @Override
    public Completion decodeEmbeddings(byte[] body, EmbeddingsRequest request, Target target) throws UnreadableAnswer {
        return Embeddings.read(body, request, target);
    }

    @Override
    public Failure classify(int status, Headers headers, byte[] body, Instant now) {
        return ClaudeOnVertex.classify(status, headers, body, now);
    }

    static boolean signedInByHeaders(ProviderConfig provider) {
        return provider.headers().keySet().stream()
                .anyMatch(name -> name.equalsIgnoreCase("Authorization") || name.equalsIgnoreCase("x-goog-api-key"));
    }

    static Map<String, String> headers(ProviderConfig provider) {
        Map<String, String> headers = new LinkedHashMap<>();
        Secret key = provider.apiKey();
        if (key != null && !signedInByHeaders(provider)) {
            headers.put("x-goog-api-key", key.value());
        }
        return headers;
    }
}
