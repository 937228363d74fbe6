package dev.loom.gateway.routing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.ModelConfig;
import dev.loom.gateway.config.accounts.TokenLimitConfig;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.EmbeddingsRequest;
import dev.loom.gateway.provider.PassedRequest;
import dev.loom.gateway.provider.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

    /** Counts tokens only where limits, money or the length of a context hang on them. */
    static TokenEstimator forConfig(GatewayConfig config) {
        if (config.routing().strategy().equals("cost")) {
            return new Counting(Vocabulary.O200K_BASE);
        }
        Stream<@Nullable Integer> providers =
                config.providers().stream().map(provider -> provider.rateLimit().tokensPerMinute());
        Stream<@Nullable Integer> accounts = config.tokenAccounting().enabled()
                ? config.tokenAccounting().limits().stream().map(TokenLimitConfig::maxTokens)
                : Stream.of();
        OptionalInt least = least(Stream.concat(providers, accounts));
        OptionalInt shortest = least(config.providers().stream()
                .flatMap(provider -> provider.models().all().stream())
                .map(ModelConfig::context));
        OptionalInt exact = least(
                Stream.of(config.limits().maxInputTokens(), config.limits().maxTotalTokens()));
        int felt = least.isEmpty() ? Integer.MAX_VALUE : least.getAsInt() / NEGLIGIBLE;
        // A prompt with fewer bytes than it may have tokens is not too long.
        int from = Math.min(felt, Math.min(shortest.orElse(Integer.MAX_VALUE), exact.orElse(Integer.MAX_VALUE)));
        return from == Integer.MAX_VALUE ? byLength() : countingFrom(from);
    }

    private static OptionalInt least(Stream<@Nullable Integer> figures) {
        return figures.filter(Objects::nonNull).mapToInt(Integer::intValue).min();
    }

    /** Shorter prompts are measured by length: even if each of their bytes were a token, no limit would feel it. */
    private static TokenEstimator countingFrom(int promptBytes) {
        TokenEstimator counting = new Counting(Vocabulary.O200K_BASE);
        TokenEstimator measuring = byLength();
        return request -> (request.promptBytes() < promptBytes ? measuring : counting).estimate(request);
    }

    /**
     * Counts with a vocabulary of OpenAI's, prompts beyond {@link #LONGEST_COUNTED} by {@link #SAMPLES}. Other vendors'
     * vocabularies are not public; the provider's own count replaces the estimate when the answer is there.
     */
    final class Counting implements TokenEstimator {

        /** Bytes. Beyond this the count would cost more than a millisecond of CPU. */
        private static final int LONGEST_COUNTED = 16 * 1024;

        /** Pieces of a long prompt that are counted for the whole, so that each script counts for what it takes. */
        private static final int SAMPLES = 64;

        /** Characters of a piece. */
        private static final int SAMPLE = 128;

        /** Characters within which a piece begins and ends at a space, so that no word is cut; not all scripts have them. */
        private static final int WORD = 24;

        /** OpenAI's chat framing: three tokens for each message and three for the answer's beginning. */
        private static final int FRAMING = 3;

        /** What a picture costs at least: 85 tokens and one tile of 170. */
        private static final int PICTURE = 255;

        private final Vocabulary vocabulary;

        Counting(Vocabulary vocabulary) {
            this.vocabulary = vocabulary;
        }

        @Override
        public long estimate(ApiRequest request) {
            if (request instanceof PassedRequest) {
                return request.promptBytes() / Usage.BYTES_PER_TOKEN;
            }
            List<String> texts = new ArrayList<>();
            long others = request instanceof EmbeddingsRequest embeddings
                    ? inputs(embeddings, texts)
                    : messages(((ChatRequest) request).tree(), texts);
            boolean exact = request.promptBytes() <= LONGEST_COUNTED;
            return others + (exact ? texts.stream().mapToLong(vocabulary::count).sum() : sampled(texts));
        }

        /** @return tokens beside those of the texts, which are gathered */
        private static long inputs(EmbeddingsRequest request, List<String> texts) {
            long tokens = 0;
            for (JsonNode input : request.inputs()) {
                if (input.isTextual()) {
                    texts.add(input.textValue());
                } else {
                    tokens += input.size();
                }
            }
            return tokens;
        }

        private static long messages(JsonNode request, List<String> texts) {
            long tokens = FRAMING;
            for (JsonNode message : request.path("messages")) {
                tokens += FRAMING + content(message.path("content"), texts);
                if (message.path("tool_calls").isArray()) {
                    texts.add(message.path("tool_calls").toString());
                }
            }
            for (JsonNode read : List.of(
                    request.path("tools"),
                    request.path("functions"),
                    request.path("response_format").path("json_schema"))) {
                if (read.isContainerNode()) {
                    texts.add(read.toString());
                }
            }
            return tokens;
        }

        private static long content(JsonNode content, List<String> texts) {
            if (content.isTextual()) {
                texts.add(content.textValue());
                return 0;
            }
            long tokens = 0;
            for (JsonNode part : content) {
                JsonNode text = part.path("text");
                if (text.isTextual()) {
                    texts.add(text.textValue());
                } else {
                    tokens += PICTURE;
                }
            }
            return tokens;
        }

        /** As if the texts were one, from which pieces are cut at equal distances. */
        private long sampled(List<String> texts) {
            long length = texts.stream().mapToLong(String::length).sum();
            long characters = 0;
            long tokens = 0;
            long start = 0; // of the text among all
            int sample = 0;
            for (String text : texts) {
                for (; sample < SAMPLES && length * sample / SAMPLES < start + text.length(); sample++) {
                    int from = betweenWords(text, (int) (length * sample / SAMPLES - start));
                    String piece = text.substring(from, betweenWords(text, from + SAMPLE));
                    characters += piece.length();
                    tokens += vocabulary.count(piece);
                }
                start += text.length();
            }
            return characters == 0 ? 0 : tokens * length / characters;
        }

        private static int betweenWords(String text, int at) {
            for (int i = at; i < Math.min(text.length(), at + WORD); i++) {
                if (Character.isWhitespace(text.charAt(i))) {
                    return i;
                }
            }
            return Math.min(text.length(), at);
        }
    }
}
