package dev.loom.gateway.provider.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.ChunkSink;
import dev.loom.gateway.provider.Chunks;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Position;
import dev.loom.gateway.provider.ServerSentEvent;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.provider.UsageDetails;
import dev.loom.gateway.provider.errors.Classifier;
import dev.loom.gateway.provider.errors.ErrorInside;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A stream of {@code streamGenerateContent?alt=sse} as OpenAI's chunks. Every event is an answer with some of the parts;
 * nothing marks the last one. So the ends of the choices are held back until the provider closes the stream, and
 * the usage with them.
 */
final class ContentStream implements ChunkDecoder {

    private final ChatRequest request;
    private final Target target;
    private final boolean passing;
    private final boolean jsonTool;
    private final Map<Integer, CandidateStream> choices = new TreeMap<>();
    private final GeminiUsage usage = new GeminiUsage();
    private @Nullable Chunks chunks;
    private boolean ended;

    /** @param passing whether the client speaks Gemini's language too and gets the events as they came */
    ContentStream(ChatRequest request, Target target, boolean passing) {
        this.passing = passing;
        this.request = request;
        this.target = target;
        this.jsonTool = JsonAnswer.of(request.tree(), Model.of(target.model())) == JsonAnswer.TOOL;
    }

    @Override
    public @Nullable Usage usage() {
        UsageDetails details = usage.details();
        return details == null ? null : details.toUsage();
    }

    @Override
    public long contentBytes() {
        return chunks == null ? 0 : chunks.contentBytes();
    }

    @Override
    public void accept(ServerSentEvent event, ChunkSink sink) {
        if (ended) {
            return;
        }
        try {
            answer(event, sink);
        } catch (UnreadableAnswer e) {
            fail(e.failure(), sink);
        }
    }

    @Override
    public void end(ChunkSink sink) {
        if (ended) {
            return;
        } else if (chunks != null
                && !choices.isEmpty()
                && choices.values().stream().allMatch(CandidateStream::finished)) {
            complete(chunks, sink);
        } else {
            fail(Failure.transientFailure("The provider closed the stream before its answer was complete."), sink);
        }
    }

    private void answer(ServerSentEvent event, ChunkSink sink) throws UnreadableAnswer {
        JsonNode json = Json.lenient(event.data());
        ErrorInside.refuse(json, event.name());
        if ("error".equals(event.name())) {
            throw new UnreadableAnswer(Classifier.inside(event.data()));
        } else if (!json.isObject()) {
            throw new UnreadableAnswer("The provider sent an event that is not a JSON object.");
        }
        usage.update(json.path("usageMetadata"));
        if (!candidates(json, chunks(json), sink)) {
            sink.keepAlive();
        }
    }

    /** The first event gives its id, time and model to all chunks. */
    private Chunks chunks(JsonNode json) {
        if (chunks == null) {
            Envelope envelope = Envelope.of(json, request, target);
            chunks = new Chunks(envelope.id(), envelope.created(), envelope.model());
        }
        return chunks;
    }

    /** Writes what an event adds to the answer; false if that is nothing. */
    private boolean candidates(JsonNode json, Chunks writer, ChunkSink sink) throws UnreadableAnswer {
        boolean written = false;
        JsonNode candidates = json.path("candidates");
        for (int i = 0; i < candidates.size(); i++) {
            written |= choice(candidates.path(i), i).accept(candidates.path(i), writer, sink);
        }
        String blocked = Finish.blocked(json);
        if (blocked != null) {
            choices.computeIfAbsent(0, this::newChoice);
            choices.values().forEach(choice -> choice.block(blocked, writer, sink));
        }
        return written || blocked != null;
    }

    private CandidateStream choice(JsonNode candidate, int position) {
        return choices.computeIfAbsent(Position.of(candidate, position, Position.MOST_CHOICES), this::newChoice);
    }

    private CandidateStream newChoice(int index) {
        return new CandidateStream(index, request, target, passing, jsonTool);
    }

    private void complete(Chunks writer, ChunkSink sink) {
        ended = true;
        choices.values().forEach(choice -> choice.beforeEnd(writer, sink));
        choices.values().forEach(choice -> choice.end(writer, sink));
        UsageDetails details = usage.details();
        if (request.includeUsage() && details != null && details.toUsage().isPlausible()) {
            sink.chunk(writer.usage(details), false);
        }
        sink.done();
    }

    private void fail(Failure failure, ChunkSink sink) {
        ended = true;
        sink.failed(failure);
    }
}
