package dev.loom.gateway.routing;

import com.fasterxml.jackson.databind.JsonNode;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.Usage;
import java.util.Objects;
import java.util.OptionalInt;

/** Estimates the length of a prompt in tokens before it is sent. */
@FunctionalInterface
interface TokenEstimator {

    /** What part of a limit does not matter, as its divisor: one percent. */
    int NEGLIGIBLE = 100;

    long estimate(ApiRequest request);

    /** By length alone: good enough where nothing but statistics hangs on it. */
    static TokenEstimator byLength() {
        return request -> request.promptBytes() / Usage.BYTES_PER_TOKEN;
    }

    /** Counts tokens only where limits or money hang on them. */
    static TokenEstimator forConfig(GatewayConfig config) {
        if (config.routing().strategy().equals("cost")) {
            return new Counting();
        }
        OptionalInt least = config.providers().stream()
                .map(provider -> provider.rateLimit().tokensPerMinute())
                .filter(Objects::nonNull)
                .mapToInt(Integer::intValue)
                .min();
        return least.isEmpty() ? byLength() : countingFrom(least.getAsInt() / NEGLIGIBLE);
    }

    /** Shorter prompts are measured by length: even if each of their bytes were a token, no limit would feel it. */
    private static TokenEstimator countingFrom(int promptBytes) {
        TokenEstimator counting = new Counting();
        TokenEstimator measuring = byLength();
        return request -> (request.promptBytes() < promptBytes ? measuring : counting).estimate(request);
    }

    /**
     * Counts with OpenAI's o200k vocabulary, by length of the text beyond {@link #LONGEST_COUNTED}. Other vendors'
     * vocabularies are not public; the provider's own count replaces the estimate when the answer is there.
     */
    final class Counting implements TokenEstimator {

        /** Bytes. Beyond this the count would cost more than a millisecond of CPU. */
        private static final int LONGEST_COUNTED = 16 * 1024;

        /** OpenAI's chat framing: three tokens for each message and three for the answer's beginning. */
        private static final int FRAMING = 3;

        /** What a picture costs at least: 85 tokens and one tile of 170. */
        private static final int PICTURE = 255;

        /** Loaded when first needed, and once: the vocabulary takes half a second and tens of megabytes. */
        private static final class Vocabulary {
            static final Encoding O200K = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
        }

        @Override
        public long estimate(ApiRequest request) {
            boolean exact = request.promptBytes() <= LONGEST_COUNTED;
            return request instanceof EmbeddingsRequest embeddings
                    ? inputs(embeddings, exact)
                    : messages(((ChatRequest) request).tree(), exact);
        }

        private long inputs(EmbeddingsRequest request, boolean exact) {
            return request.inputs().stream()
                    .mapToLong(input -> input.isTextual() ? count(input.textValue(), exact) : input.size())
                    .sum();
        }

        private long messages(JsonNode request, boolean exact) {
            long tokens = FRAMING;
            for (JsonNode message : request.path("messages")) {
                tokens += FRAMING + content(message.path("content"), exact) + toolCalls(message, exact);
            }
            return tokens;
        }

        private long content(JsonNode content, boolean exact) {
            if (content.isTextual()) {
                return count(content.textValue(), exact);
            }
            long tokens = 0;
            for (JsonNode part : content) {
                JsonNode text = part.path("text");
                tokens += text.isTextual() ? count(text.textValue(), exact) : PICTURE;
            }
            return tokens;
        }

        private long toolCalls(JsonNode message, boolean exact) {
            JsonNode calls = message.path("tool_calls");
            return calls.isArray() ? count(calls.toString(), exact) : 0;
        }

        /** A client's text may hold the names of control tokens; they are text here. */
        private long count(String text, boolean exact) {
            return exact ? Vocabulary.O200K.countTokensOrdinary(text) : text.length() / Usage.BYTES_PER_TOKEN;
        }
    }
}
