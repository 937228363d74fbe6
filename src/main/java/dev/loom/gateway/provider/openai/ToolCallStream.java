package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.GeneratedId;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnreadableAnswer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tool calls of one choice of a stream. Brings their deltas to OpenAI's shape: every delta has an index; id, type
 * and name stand on the first one only (some clients join them otherwise); the arguments of a finished call are JSON.
 *
 * <p>Mostly calls follow one another, so a call without arguments is over when a later chunk begins the next one with
 * arguments of its own. A next one without any may be announced only, as the one before was: then the arguments of all of
 * them follow, in any order, and those that get none are known at the end.
 */
final class ToolCallStream {

    /** The index of a call whose provider gives none. */
    private static final int UNSAID = -1;

    private final ChatRequest request;
    private final int choice;
    private final Map<Integer, Call> lastByIndex = new HashMap<>(); // the provider's indexes
    private final Map<String, Call> byId = new HashMap<>();
    private final Set<Call> inChunk = new LinkedHashSet<>(); // those with an entry
    private final Set<Call> waiting = new LinkedHashSet<>(); // of earlier chunks, and not complete
    private int calls;
    private @Nullable Call current;
    private boolean announced; // arguments of a call have come after the next one had begun

    private static final class Call {
        final int index;
        final int said; // the provider's index
        final String id;
        boolean named;
        boolean complete; // has arguments, or needs none
        boolean closed; // was given empty arguments

        @Nullable
        ObjectNode entry; // its delta in the chunk at hand

        Call(int index, ObjectNode entry) {
            this.index = index;
            this.said = entry.path("index").asInt(UNSAID);
            this.id = entry.path("id").textValue();
        }
    }

    ToolCallStream(ChatRequest request, int choice) {
        this.request = request;
        this.choice = choice;
    }

    boolean any() {
        return calls > 0;
    }

    /** Another chunk begins. */
    void nextChunk() {
        for (Call call : inChunk) {
            call.entry = null;
            if (!call.complete) {
                waiting.add(call);
            }
        }
        inChunk.clear();
    }

    /**
     * Takes one chunk's {@code tool_calls}.
     *
     * @return deltas that must be sent before this chunk; usually none
     */
    List<ObjectNode> accept(ArrayNode entries, Repair repair) throws UnreadableAnswer {
        List<ObjectNode> before = new ArrayList<>();
        for (JsonNode node : entries) {
            if (!(node instanceof ObjectNode entry)) {
                throw new UnreadableAnswer("The provider sent a tool call that is not an object.");
            }
            Call call = find(entry);
            if (call == null) {
                before.addAll(close(over(entry)));
                start(entry, repair);
            } else {
                resume(call, entry, repair);
            }
        }
        return before;
    }

    /** The chunk at hand ends the choice: empty arguments are filled in there, or in the deltas given back. */
    List<ObjectNode> finish(Repair repair) {
        for (Call call : inChunk) {
            if (call.entry != null && !call.complete) {
                repair.text(repair.object(call.entry, "function"), "arguments", ToolCall.NO_ARGUMENTS);
                call.complete = true;
            }
        }
        return close();
    }

    /** Deltas with empty arguments for the calls of earlier chunks that have none. */
    List<ObjectNode> close() {
        return close(List.copyOf(waiting));
    }

    private List<ObjectNode> close(List<Call> over) {
        List<ObjectNode> deltas = new ArrayList<>();
        for (Call call : over) {
            ObjectNode delta = Json.object().put("index", call.index);
            delta.putObject("function").put("arguments", ToolCall.NO_ARGUMENTS);
            deltas.add(delta);
            call.complete = true;
            call.closed = true;
            waiting.remove(call);
        }
        return deltas;
    }

    /** Of the calls that wait for arguments those that get none any more, now that another one begins. */
    private List<Call> over(ObjectNode next) {
        JsonNode index = next.path("index");
        if (!index.isInt() || (!announced && !ToolCall.said(next).isBlank())) {
            return List.copyOf(waiting);
        }
        // Nothing would tell the arguments of these from those of the next one.
        return Stream.of(UNSAID, index.intValue())
                .distinct()
                .map(lastByIndex::get)
                .filter(waiting::contains)
                .toList();
    }

    /** The call that a delta continues, or null if it begins one. */
    private @Nullable Call find(ObjectNode entry) {
        boolean indexed = entry.path("index").isInt();
        // The last one with the index: some servers give every call of an answer the index 0.
        Call call = indexed ? lastByIndex.get(entry.path("index").intValue()) : current;
        boolean named = Repair.hasText(entry.path("function"), "name") || ToolCall.isCustom(entry);
        if (Repair.hasText(entry, "id")) {
            return identified(
                    entry.path("id").textValue(),
                    call,
                    indexed ? entry.path("index").intValue() : null,
                    named);
        }
        boolean another = !indexed && named && call != null && call.named;
        return another ? null : call;
    }

    /** Some servers make up an id for every delta, others give one id to several calls. */
    private @Nullable Call identified(String id, @Nullable Call call, @Nullable Integer index, boolean named) {
        Call same = byId.get(id);
        if (call != null && call.id.equals(id)) {
            return call;
        } else if (index == null || (same != null && same.said == index)) {
            return same;
        }
        return named ? null : call == null ? same : call;
    }

    private void start(ObjectNode entry, Repair repair) {
        repair.textIfMissing(entry, "id", GeneratedId.ofCall(request, choice, calls));
        repair.textIfMissing(entry, "type", ToolCall.isCustom(entry) ? "custom" : "function");
        Call call = new Call(calls++, entry);
        lastByIndex.put(call.said, call);
        byId.putIfAbsent(entry.path("id").textValue(), call);
        delta(call, entry, repair);
    }

    private void resume(Call call, ObjectNode entry, Repair repair) throws UnreadableAnswer {
        repair.remove(entry, "id");
        repair.remove(entry, "type");
        if (call.named && entry.path("function") instanceof ObjectNode function) {
            repair.remove(function, "name");
        }
        boolean wasClosed = call.closed;
        delta(call, entry, repair);
        announced |= call.index < calls - 1;
        if (wasClosed && !ToolCall.arguments(entry.path("function")).isBlank()) {
            throw new UnreadableAnswer("The provider sent arguments of a tool call after it had begun the next one.");
        }
    }

    private void delta(Call call, ObjectNode entry, Repair repair) {
        current = call;
        call.entry = entry;
        inChunk.add(call);
        waiting.remove(call);
        repair.number(entry, "index", call.index);
        if (ToolCall.isCustom(entry)) {
            call.complete = true;
        } else {
            ObjectNode function = repair.object(entry, "function");
            if (function.has("arguments") || !call.named) {
                repair.text(function, "arguments", ToolCall.arguments(function));
            }
            call.complete |= !ToolCall.arguments(function).isBlank();
            call.named |= Repair.hasText(function, "name");
        }
    }
}
