package dev.loom.gateway.provider.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.ChunkSink;
import dev.loom.gateway.provider.Chunks;
import dev.loom.gateway.provider.GeneratedId;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnreadableAnswer;
import org.jspecify.annotations.Nullable;

/** One candidate of a stream. */
final class CandidateStream {

    private final int index;
    private final ChatRequest request;
    private final Target target;
    private final boolean passing;
    private final boolean jsonTool;
    private boolean begun;
    private int calls;
    private int pictures;
    private @Nullable String word;
    private @Nullable String finishMessage;

    /**
     * @param passing whether the client gets the events as they came
     * @param jsonTool whether a tool stands for an answer in JSON
     */
    CandidateStream(int index, ChatRequest request, Target target, boolean passing, boolean jsonTool) {
        this.passing = passing;
        this.jsonTool = jsonTool;
        this.index = index;
        this.request = request;
        this.target = target;
    }

    boolean finished() {
        return word != null;
    }

    /** Writes what an event adds to this candidate; false if that is nothing. */
    boolean accept(JsonNode candidate, Chunks chunks, ChunkSink sink) throws UnreadableAnswer {
        boolean written = false;
        for (JsonNode part : candidate.path("content").path("parts")) {
            written |= part(part, chunks, sink);
        }
        String reason = Finish.word(candidate, target);
        if (!passing || !begun) { // what has begun cannot go to another provider, and the client knows the word
            Finish.refuseFailed(reason, candidate);
        }
        if (reason != null) {
            word = reason;
            finishMessage = candidate.path("finishMessage").textValue();
        }
        return written;
    }

    private boolean part(JsonNode part, Chunks chunks, ChunkSink sink) throws UnreadableAnswer {
        String text = part.path("text").asText("");
        ObjectNode picture = Picture.of(part);
        if (picture != null) {
            ObjectNode delta = Json.object();
            delta.putArray("images").add(Json.object().put("index", pictures++).setAll(picture));
            content(delta, chunks, sink);
        } else if (part.path("functionCall").isObject()) {
            ToolCall call = ToolCall.read(part, GeneratedId.ofCall(request, index, calls));
            boolean answer = jsonTool && call.name().equals(JsonAnswer.TOOL_NAME);
            content(answer ? Chunks.text(call.arguments()) : call.delta(calls++), chunks, sink);
        } else if (text.isEmpty()) {
            return false;
        } else {
            boolean thought = part.path("thought").asBoolean(false);
            content(thought ? Chunks.reasoning(text) : Chunks.text(text), chunks, sink);
        }
        return true;
    }

    /** The prompt was refused, or the rest of the answer with it. */
    void block(String message, Chunks chunks, ChunkSink sink) {
        if (!finished()) {
            content(Chunks.refusal(message), chunks, sink);
            word = "SAFETY";
        }
    }

    private void content(ObjectNode delta, Chunks chunks, ChunkSink sink) {
        begin(chunks, sink);
        sink.chunk(chunks.delta(index, delta), true);
    }

    private void begin(Chunks chunks, ChunkSink sink) {
        if (!begun) {
            begun = true;
            sink.chunk(chunks.delta(index, Chunks.role()), false);
        }
    }

    /** Writes what is still missing before the end; no client takes it once all choices that it knows have ended. */
    void beforeEnd(Chunks chunks, ChunkSink sink) {
        begin(chunks, sink);
        if (reason().equals("content_filter") && finishMessage != null) {
            sink.chunk(chunks.delta(index, Chunks.refusal(finishMessage)), true);
        }
    }

    /** Writes the last chunk. */
    void end(Chunks chunks, ChunkSink sink) {
        sink.chunk(chunks.finish(index, reason(), end -> Finish.tell(word(), end)), false);
    }

    private String word() {
        return word == null ? "STOP" : word;
    }

    private String reason() {
        return Finish.reason(word(), calls > 0);
    }
}
