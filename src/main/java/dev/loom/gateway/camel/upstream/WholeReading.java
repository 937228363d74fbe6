package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.ContentSize;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.StreamStart;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.provider.openai.GatheredAnswer;

/** A provider's whole answer, also where it came as an event stream that nobody had asked for. */
public final class WholeReading {

    private WholeReading() {}

    /** @throws UnreadableAnswer if it is no answer */
    public static Completion of(byte[] body, ApiRequest request, Dialect dialect, Target target)
            throws UnreadableAnswer {
        return isEvents(body) && request instanceof ChatRequest chat
                ? GatheredAnswer.read(body, chat, dialect, target)
                : request.decode(body, dialect, target);
    }

    /** Whether it is an event stream, which no client of a whole answer reads. */
    static boolean isEvents(byte[] body) {
        return StreamStart.of(body, body.length, false) == StreamStart.EVENTS;
    }

    /**
     * Tokens by the length of what was sent and received.
     *
     * @param inputTokens an estimate
     */
    static Usage estimate(Completion completion, ApiRequest request, long inputTokens) {
        long bytes = request instanceof ChatRequest ? ContentSize.ofCompletion(completion.body()) : 0;
        return new Usage(inputTokens, Usage.tokens(bytes), 0);
    }
}
