package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.camel.request.Call;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Completion;
import dev.loom.gateway.provider.ContentSize;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.EmbeddingsRequest;
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

    /** The answer with the count that the gateway believes. The client gets another one only where the answer's is not. */
    static Completion counted(Call call, Completion completion) {
        Usage reported = completion.usage();
        Usage estimate =
                estimate(completion, call.request(), call.plan().request().inputTokens());
        Usage usage = reported == null
                ? estimate
                : call.attempt().candidate().traffic().believed(reported, estimate);
        boolean retold =
                reported != null && !usage.equals(reported) && !call.passing().isOn();
        return retold ? completion.counted(usage) : new Completion(completion.body(), usage);
    }

    /** The answer with a count that can be true, for one whose tokens nobody else counts. */
    public static Completion plausible(Completion completion, ApiRequest request) {
        Usage reported = completion.usage();
        return reported == null || reported.isPlausible()
                ? completion
                : completion.counted(reported.or(estimate(completion, request, Usage.tokens(request.promptBytes()))));
    }

    /**
     * Tokens by the length of what was sent and received.
     *
     * @param inputTokens an estimate
     */
    static Usage estimate(Completion completion, ApiRequest request, long inputTokens) {
        long bytes = request instanceof EmbeddingsRequest ? 0 : ContentSize.ofCompletion(completion.body());
        return new Usage(inputTokens, Usage.tokens(bytes), 0);
    }
}
