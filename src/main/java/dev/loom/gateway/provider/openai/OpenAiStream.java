package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.ChunkDecoder;
import dev.loom.gateway.provider.ChunkSink;
import dev.loom.gateway.provider.ContentSize;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.HeldBack;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Position;
import dev.loom.gateway.provider.ServerSentEvent;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnreadableAnswer;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.provider.errors.Classifier;
import dev.loom.gateway.provider.errors.ErrorInside;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Passes the chunks of a stream on as they came where they meet OpenAI's contract, and repairs the others. The contract
 * is what OpenAI's own clients accept: every chunk has the same id, time and model; nothing but usage follows the
 * end of the last choice; usage stands in one chunk of its own, without choices, and only if the client asked for it. Long,
 * because each rule of it is a repair of its own.
 */
final class OpenAiStream implements ChunkDecoder {

    private static final String DONE = "[DONE]";
    private static final byte[] NO_DATA = {};

    private final ChatRequest request;
    private final Map<Integer, ChoiceStream> choices = new TreeMap<>();
    private final HeldBack held = new HeldBack();
    private final Template template = new Template();
    private final Verdicts verdicts;
    private final Envelope envelope;
    private @Nullable ObjectNode usageChunk;
    private byte[] usageData = NO_DATA;
    private @Nullable Usage usage;
    private long contentBytes;
    private boolean foreign; // an event was JSON, but no chunk
    private boolean ended;

    OpenAiStream(ChatRequest request, Target target) {
        this.request = request;
        this.envelope = new Envelope(request, target);
        this.verdicts = new Verdicts(request.has("moderation"));
    }

    @Override
    public @Nullable Usage usage() {
        return usage;
    }

    @Override
    public long contentBytes() {
        return contentBytes;
    }

    @Override
    public void accept(ServerSentEvent event, ChunkSink sink) {
        if (ended || (!isError(event) && recognised(event.data(), sink))) {
            return;
        }
        template.forget(); // this event may change the state that its chunk left behind
        try {
            event(event, sink);
        } catch (UnreadableAnswer e) {
            fail(e.failure(), sink);
        }
    }

    /** Passes on a chunk that is like the one before. */
    private boolean recognised(byte[] data, ChunkSink sink) {
        Template.Match match = template.match(data);
        if (match != Template.Match.NONE) {
            contentBytes += template.matchedBytes();
            sink.chunk(data, match == Template.Match.WITH_CONTENT);
        }
        return match != Template.Match.NONE;
    }

    private static boolean isError(ServerSentEvent event) {
        return "error".equals(event.name());
    }

    /** Servers that close the connection instead of sending {@code [DONE]} are believed if every choice has ended. */
    @Override
    public void end(ChunkSink sink) {
        if (ended) {
            return;
        }
        try {
            if (choices.isEmpty() || !allEnded()) {
                throw new UnreadableAnswer("The provider closed the stream before its answer was complete.");
            }
            complete(sink);
        } catch (UnreadableAnswer e) {
            fail(e.failure(), sink);
        }
    }

    private void event(ServerSentEvent event, ChunkSink sink) throws UnreadableAnswer {
        byte[] data = event.data();
        JsonNode json = Json.lenient(data);
        ErrorInside.refuse(json, event.name());
        if (isError(event)) {
            throw new UnreadableAnswer(Classifier.inside(event.data()));
        } else if (json instanceof ObjectNode chunk) {
            chunk(chunk, data, sink);
        } else if (data.length == 0) {
            sink.keepAlive();
        } else if (text(data).strip().equals(DONE)) {
            done(sink);
        } else {
            throw new UnreadableAnswer("The provider sent a chunk that is not a JSON object.");
        }
    }

    private static String text(byte[] data) {
        return new String(data, StandardCharsets.UTF_8);
    }

    private void done(ChunkSink sink) throws UnreadableAnswer {
        if (choices.isEmpty()) {
            throw new UnreadableAnswer("The provider's stream ended without an answer.");
        }
        if (foreign && !allEnded()) {
            throw new UnreadableAnswer(
                    "The provider's stream ended without a finish_reason, after an event that was no chunk.");
        }
        complete(sink);
    }

    private void chunk(ObjectNode chunk, byte[] data, ChunkSink sink) throws UnreadableAnswer {
        Repair repair = new Repair();
        boolean counts = takeUsage(chunk, data, repair);
        foreign |= !counts && !chunk.path("choices").isArray();
        if (!hasOpenChoice(chunk.path("choices"))) {
            verdicts.take(chunk);
            sink.keepAlive(); // usage, which is held back; Azure's prologue; what follows the end of a choice
            return;
        }
        verdicts.release(sink);
        envelope.putOn(chunk, repair);
        ArrayNode live = live((ArrayNode) chunk.path("choices"), repair, sink);
        if (live.isEmpty()) {
            verdicts.take(chunk);
            sink.keepAlive(); // it waits
            return;
        }
        repair.set(chunk, "choices", live);
        verdicts.addTo(chunk, repair);
        byte[] passed = bytes(chunk, data, repair);
        if (allEnded() && verdicts.mayFollow()) {
            verdicts.hold(chunk, passed, hasContent(live));
            return;
        }
        sink.chunk(passed, hasContent(live));
        if (passed == data) {
            template.learn(chunk, data);
        }
    }

    private boolean allEnded() {
        return choices.values().stream().allMatch(ChoiceStream::finished);
    }

    private boolean hasOpenChoice(JsonNode entries) {
        boolean open = false;
        for (int i = 0; i < entries.size() && entries.isArray(); i++) {
            open |= entries.get(i).isObject() && !state(entries.get(i), i).finished();
        }
        return open;
    }

    /** The entries of choices that have not ended yet, repaired. */
    private ArrayNode live(ArrayNode entries, Repair repair, ChunkSink sink) throws UnreadableAnswer {
        ArrayNode live = Json.array();
        for (int i = 0; i < entries.size(); i++) {
            ChoiceStream state = state(entries.get(i), i);
            if (entries.get(i) instanceof ObjectNode choice && !state.finished()) {
                for (ObjectNode before : state.accept(choice, repair)) {
                    contentBytes += ContentSize.of(before.path("delta"));
                    sink.chunk(synthetic(before), Content.isIn(before.path("delta")));
                }
                if (state.passes()) {
                    contentBytes += ContentSize.of(choice.path("delta"));
                    live.add(choice);
                }
            }
        }
        return live;
    }

    private static boolean hasContent(ArrayNode choices) {
        for (JsonNode choice : choices) {
            if (Content.isIn(choice.path("delta"))) {
                return true;
            }
        }
        return false;
    }

    private ChoiceStream state(JsonNode choice, int position) {
        int index = Position.of(choice, position, Position.MOST_CHOICES);
        return choices.computeIfAbsent(index, i -> new ChoiceStream(i, request, held));
    }

    /** A line feed may stand between the tokens of JSON, but not within the one line that this chunk becomes. */
    private static byte[] bytes(ObjectNode chunk, byte[] data, Repair repair) {
        for (byte b : data) {
            if (b == '\n') {
                return Json.bytes(chunk);
            }
        }
        return repair.bytes(chunk, data);
    }

    private boolean takeUsage(ObjectNode chunk, byte[] data, Repair repair) {
        JsonNode reported = chunk.path("usage");
        Usage read = OpenAiUsage.read(reported);
        if (read != null) {
            usage = read;
            usageChunk = Json.object();
            usageChunk.setAll(chunk);
            usageChunk.set("choices", Json.array());
            usageData = chunk.path("choices").isEmpty() ? data : NO_DATA;
        }
        if (chunk.hasNonNull("usage")) {
            repair.remove(chunk, "usage");
        }
        return read != null;
    }

    /** A chunk that the provider did not send. */
    private byte[] synthetic(ObjectNode choice) {
        ObjectNode chunk = Json.object();
        envelope.putOn(chunk, new Repair());
        chunk.putArray("choices").add(choice);
        verdicts.addTo(chunk, new Repair());
        return Json.bytes(chunk);
    }

    private void complete(ChunkSink sink) throws UnreadableAnswer {
        verdicts.release(sink);
        for (ChoiceStream choice : choices.values()) {
            if (!choice.finished()) {
                for (ObjectNode last : choice.end()) {
                    sink.chunk(synthetic(last), Content.isIn(last.path("delta")));
                }
            }
        }
        if (request.includeUsage() && usageChunk != null && usage != null && usage.isPlausible()) {
            sink.chunk(usageBytes(usageChunk, usage), false);
        }
        ended = true;
        sink.done();
    }

    private byte[] usageBytes(ObjectNode chunk, Usage read) {
        Repair repair = new Repair();
        envelope.putOn(chunk, repair);
        verdicts.addTo(chunk, repair);
        OpenAiUsage.repair((ObjectNode) chunk.path("usage"), read, repair);
        return bytes(chunk, usageData, repair);
    }

    private void fail(Failure failure, ChunkSink sink) {
        verdicts.release(sink);
        ended = true;
        sink.failed(failure);
    }
}
