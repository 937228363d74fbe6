package dev.loom.gateway.camel.request;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.config.accounts.TokenAccountingConfig;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ContentSize;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.PassedRequest;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.routing.CountedText;
import dev.loom.gateway.routing.Vocabulary;
import org.jspecify.annotations.Nullable;

/** {@code source: estimate}: the gateway's own count of one request, in the place of the provider's. */
final class OwnCount {

    private final Vocabulary vocabulary;
    private final boolean countsPrompt;
    private final @Nullable CountedText answer;
    private @Nullable ApiRequest prompt;
    private long promptTokens;

    private OwnCount(TokenAccountingConfig config) {
        this.vocabulary = Vocabulary.of(config.tokenizer());
        this.countsPrompt = config.inputSource().equals("estimate");
        this.answer = config.outputSource().equals("estimate") ? new CountedText(vocabulary) : null;
    }

    /** Null where the provider's figures count. */
    static @Nullable OwnCount of(TokenAccountingConfig config) {
        boolean wanted =
                config.inputSource().equals("estimate") || config.outputSource().equals("estimate");
        return wanted ? new OwnCount(config) : null;
    }

    /** Another provider is asked: what the one before has said, nobody got. */
    void begin() {
        if (answer != null) {
            answer.clear();
        }
    }

    /** A part of the answer, or all of it, in the hub's words. */
    void said(byte[] json) {
        if (answer != null) {
            for (JsonNode choice : Json.lenient(json).path("choices")) {
                ContentSize.texts(choice.path("message"), answer::add);
                ContentSize.texts(choice.path("delta"), answer::add);
            }
        }
    }

    /** Tokens of the prompt, which is counted once. */
    long input(ApiRequest request, long otherwise) {
        if (!countsPrompt || request instanceof PassedRequest) {
            return otherwise;
        }
        if (request != prompt) {
            prompt = request;
            promptTokens = vocabulary.prompt(request);
        }
        return promptTokens;
    }

    /** @param answered whether it is the call that the client's answer came from */
    Usage instead(Usage reported, ApiRequest request, boolean answered) {
        long input = input(request, reported.input());
        long output = reported.output();
        if (answer != null && !(request instanceof PassedRequest)) {
            output = answered ? answer.tokens() : 0;
        }
        return new Usage(input, output, Math.min(reported.cached(), input), Math.min(reported.reasoning(), output));
    }
}
