package dev.loom.gateway.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.HeldBack;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.TokenFigure;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.provider.UsageDetails;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Brings the hub's answers, whole or in chunks, into the order of an {@link AnswerSink}. */
public final class AnswerReader implements StreamWriter {

    private static final UsageDetails NOTHING_SAID = new UsageDetails(TokenFigure.UNSAID, TokenFigure.UNSAID, 0, 0, 0);

    private final AnswerSink sink;
    private final long promptTokens;
    private final HeldBack held = new HeldBack();
    private final Map<Integer, BlockReader> choices = new TreeMap<>();
    private boolean begun;
    private String tier = "";
    private UsageDetails usage = NOTHING_SAID;

    /**
     * For a stream.
     *
     * @param promptTokens an estimate, which counts as long as the provider reports nothing
     */
    public AnswerReader(AnswerSink sink, long promptTokens) {
        this.sink = sink;
        this.promptTokens = promptTokens;
    }

    /** A whole answer. */
    public static void read(byte[] completion, AnswerSink sink, long promptTokens) {
        JsonNode answer = Json.lenient(completion);
        AnswerReader reader = new AnswerReader(sink, promptTokens);
        reader.begin(answer);
        reader.usage(answer.path("usage"));
        reader.tier(answer);
        for (JsonNode choice : answer.path("choices")) {
            BlockReader blocks = reader.choice(choice);
            blocks.message(choice.path("message"), choice.path("logprobs"));
            blocks.end(choice);
        }
        reader.done();
    }

    @Override
    public String contentType() {
        return sink.contentType();
    }

    @Override
    public void chunk(byte[] data) {
        JsonNode chunk = Json.lenient(data);
        begin(chunk);
        usage(chunk.path("usage"));
        tier(chunk);
        for (JsonNode choice : chunk.path("choices")) {
            BlockReader blocks = choice(choice);
            blocks.delta(choice.path("delta"), choice.path("logprobs"));
            if (choice.path("finish_reason").isTextual()) {
                blocks.end(choice);
            }
        }
    }

    @Override
    public @Nullable Failure unsayable() {
        return held.isTooMuch()
                ? Failure.transientFailure("The provider mixed the pieces of its answer: more than " + HeldBack.limit()
                        + " of it would have to wait until a tool call that came earlier is whole.")
                : null;
    }

    @Override
    public boolean passed(byte[] data) {
        return sink.passed(data);
    }

    @Override
    public void allPassed() {
        sink.allPassed();
    }

    @Override
    public void keepAlive() {
        sink.keepAlive();
    }

    @Override
    public void failed(ApiError error, String requestId) {
        sink.failed(error, requestId);
    }

    @Override
    public void done() {
        choices.values().forEach(choice -> choice.finish("stop"));
        if (!tier.isEmpty()) {
            sink.served(tier);
        }
        sink.end(counted());
    }

    /** As reported, with an estimate in the place of each count that is none. */
    private UsageDetails counted() {
        long said = choices.values().stream().mapToLong(BlockReader::said).sum();
        return new UsageDetails(
                TokenFigure.isPlausible(usage.input()) ? usage.input() : promptTokens,
                TokenFigure.isPlausible(usage.output()) ? usage.output() : Usage.tokens(said),
                usage.cached(),
                usage.cacheWritten(),
                usage.reasoning());
    }

    private void begin(JsonNode answer) {
        if (!begun) {
            begun = true;
            sink.begin(Head.of(answer, promptTokens));
        }
    }

    private BlockReader choice(JsonNode choice) {
        return choices.computeIfAbsent(choice.path("index").asInt(), index -> new BlockReader(index, sink, held));
    }

    private void tier(JsonNode answer) {
        String told = answer.path("service_tier").asText("");
        tier = told.isEmpty() ? tier : told;
    }

    private void usage(JsonNode json) {
        long input = TokenFigure.of(json.path("prompt_tokens"));
        long output = TokenFigure.of(json.path("completion_tokens"));
        if (TokenFigure.isPlausible(input) || TokenFigure.isPlausible(output)) {
            usage = new UsageDetails(
                    input,
                    output,
                    part(json.at("/prompt_tokens_details/cached_tokens")),
                    part(json.at("/prompt_tokens_details/cache_write_tokens")),
                    part(json.at("/completion_tokens_details/reasoning_tokens")));
        }
    }

    private static long part(JsonNode json) {
        return Math.max(0, TokenFigure.of(json));
    }
}
