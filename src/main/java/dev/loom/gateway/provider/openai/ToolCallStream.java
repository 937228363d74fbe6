package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.GeneratedId;
import dev.loom.gateway.provider.HeldBack;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnreadableAnswer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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
 * <p>What comes of a call before its name waits for it, and all else behind it. A name may come in pieces, if they make one
 * of the request's tools. A call without an id gets one; an id that comes behind the name is too late.
 *
 * <p>Mostly calls follow one another, so a call without arguments is over when a later chunk begins the next one with
 * arguments of its own. A next one without any may be announced only, as the one before was: then the arguments of all of
 * them follow, in any order, and those that get none are known at the end.
 *
 * <p>Long, because each habit of servers is a rule of its own.
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
    private final Set<Call> early = new LinkedHashSet<>(); // those that have no name yet
    private final List<Place> places = new ArrayList<>();
    private final HeldBack held;
    private int calls;
    private boolean any;
    private @Nullable Call current;
    private @Nullable Set<String> tools;
    private boolean announced; // arguments of a call have come after the next one had begun

    /**
     * Where the client is told something that has to wait.
     *
     * @param pieces of a call without a name; null where it is known what the client is told
     */
    record Place(ObjectNode entry, @Nullable EarlyPieces pieces) {}

    private static final class Call {
        final int said; // the provider's index
        final int index; // the client's
        String name = "";
        boolean known; // to the client
        boolean ownId;
        boolean complete; // has arguments, or needs none
        boolean closed; // was given empty arguments

        @Nullable
        String id;

        @Nullable
        EarlyPieces pieces; // until it has a name

        @Nullable
        ObjectNode entry; // its delta in the chunk at hand

        Call(int index, ObjectNode entry) {
            this.index = index;
            this.said = entry.path("index").asInt(UNSAID);
        }
    }

    /** @param held counts what waits here, too */
    ToolCallStream(ChatRequest request, int choice, HeldBack held) {
        this.held = held;
        this.request = request;
        this.choice = choice;
    }

    boolean any() {
        return any;
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
     * Takes one chunk's {@code tool_calls}, and leaves of them what the client is told now.
     *
     * @return deltas that must be sent before this chunk; usually none
     */
    List<ObjectNode> accept(ArrayNode entries, Repair repair) throws UnreadableAnswer {
        List<ObjectNode> before = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            if (!(entries.get(i) instanceof ObjectNode entry)) {
                throw new UnreadableAnswer("The provider sent a tool call that is not an object.");
            }
            Call call = find(entry);
            if (call == null) {
                before.addAll(close(over(entry)));
                call = begin(entry);
            }
            boolean waits = !places.isEmpty();
            if (call.known) {
                resume(call, entry, repair);
            } else if (call.pieces == null && EarlyPieces.isWhole(ToolCall.name(entry), tools())) {
                start(call, entry, repair);
            } else {
                keep(call, pieces(call), entry);
                repair.remove(entries, i--);
                continue;
            }
            if (waits) {
                places.add(new Place(entry, null));
                repair.remove(entries, i--);
            }
        }
        return before;
    }

    private Call begin(ObjectNode entry) {
        Call call = new Call(calls++, entry);
        lastByIndex.put(call.said, call);
        current = call;
        return call;
    }

    private EarlyPieces pieces(Call call) {
        if (call.pieces == null) {
            call.pieces = new EarlyPieces(held);
            early.add(call);
            places.add(new Place(call.pieces.place(), call.pieces));
        }
        return call.pieces;
    }

    /** Keeps what comes of a call that has no name yet, and tells it when it has. */
    private void keep(Call call, EarlyPieces pieces, ObjectNode entry) throws UnreadableAnswer {
        pieces.add(entry);
        if (Repair.hasText(entry, "id")) {
            identify(call, entry);
        }
        if (pieces.isNamed(tools())) {
            early.remove(call);
            tell(call, pieces);
        }
    }

    private void tell(Call call, EarlyPieces pieces) {
        pieces.fill();
        start(call, pieces.place(), new Repair());
    }

    private Set<String> tools() {
        if (tools == null) {
            tools = new HashSet<>();
            for (JsonNode tool : request.tree().path("tools")) {
                tools.add(ToolCall.name(tool));
            }
        }
        return tools;
    }

    /**
     * The places of the calls of this chunk that have begun without a name, and of what follows them there. A place is
     * empty until it is known what the client is told in it: the call with all that has come of it.
     */
    List<Place> places() {
        List<Place> begun = List.copyOf(places);
        places.clear();
        return begun;
    }

    /**
     * The chunk at hand ends the choice: empty arguments are filled in there, or in the deltas given back.
     *
     * @param called whether the provider says that it ends with calls
     * @throws UnreadableAnswer if a call has got no name
     */
    List<ObjectNode> finish(Repair repair, boolean called) throws UnreadableAnswer {
        for (Call call : early) {
            EarlyPieces pieces = pieces(call);
            if (pieces.hasName()) {
                tell(call, pieces); // of what could be the beginning of a tool's name
            } else if (pieces.saysSomething() || (called && !any && pieces.hasId())) {
                throw ToolCall.nameless();
            }
        }
        early.clear();
        for (Call call : inChunk) {
            if (call.entry != null && !call.complete) {
                repair.text(repair.object(call.entry, "function"), "arguments", ToolCall.NO_ARGUMENTS);
                call.complete = true;
            }
        }
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
        boolean named = !ToolCall.name(next).isEmpty(); // one whose pieces come before its name keeps no order
        if (!index.isInt() || (named && !announced && !ToolCall.said(next).isBlank())) {
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
        String id = Repair.hasText(entry, "id") ? entry.path("id").textValue() : null;
        String name = ToolCall.name(entry);
        if (call != null && call.pieces != null && !call.known) {
            if (goesOn(call, call.pieces, id, indexed, name)) {
                return call;
            } else if (id == null) {
                return null;
            }
        }
        if (id != null) {
            return identified(id, call, indexed ? entry.path("index").intValue() : null, name);
        }
        boolean another = !indexed && !name.isEmpty() && call != null;
        return another ? null : call;
    }

    private boolean goesOn(Call call, EarlyPieces pieces, @Nullable String id, boolean indexed, String name) {
        boolean anotherId = id != null && call.id != null && !id.equals(call.id);
        if (name.isEmpty() || !pieces.hasName()) {
            return indexed || !anotherId;
        }
        return pieces.goesOn(name, anotherId, indexed, tools());
    }

    /** Some servers make up an id for every delta, others give one id to several calls, or the id behind the name. */
    private @Nullable Call identified(String id, @Nullable Call call, @Nullable Integer index, String name) {
        Call same = byId.get(id);
        if (call != null && (id.equals(call.id) || (same == null && isLate(call, name)))) {
            return call;
        } else if (index == null || (same != null && same.said == index)) {
            return same;
        }
        return !name.isEmpty() ? null : call == null ? same : call;
    }

    /** Whether an id, which stands beside this name, is that of a call without one. */
    private static boolean isLate(Call call, String name) {
        return !call.ownId && (name.isEmpty() || name.equals(call.name));
    }

    private void identify(Call call, ObjectNode entry) {
        call.id = entry.path("id").textValue();
        call.ownId = true;
        byId.putIfAbsent(call.id, call);
    }

    private void start(Call call, ObjectNode entry, Repair repair) {
        call.known = true;
        any = true;
        call.name = ToolCall.name(entry);
        call.ownId = Repair.hasText(entry, "id");
        repair.textIfMissing(entry, "id", GeneratedId.ofCall(request, choice, call.index));
        repair.textIfMissing(entry, "type", ToolCall.kind(entry));
        call.id = entry.path("id").textValue();
        byId.putIfAbsent(call.id, call);
        delta(call, entry, true, repair);
    }

    private void resume(Call call, ObjectNode entry, Repair repair) throws UnreadableAnswer {
        if (!call.ownId && Repair.hasText(entry, "id")) {
            call.ownId = true;
            byId.putIfAbsent(entry.path("id").textValue(), call);
        }
        repair.remove(entry, "id");
        repair.remove(entry, "type");
        if (entry.path(ToolCall.kind(entry)) instanceof ObjectNode called) {
            repair.remove(called, "name");
        }
        boolean wasClosed = call.closed;
        delta(call, entry, false, repair);
        announced |= call.index < calls - 1;
        if (wasClosed && !ToolCall.arguments(entry.path("function")).isBlank()) {
            throw new UnreadableAnswer("The provider sent arguments of a tool call after it had begun the next one.");
        }
    }

    private void delta(Call call, ObjectNode entry, boolean first, Repair repair) {
        current = call;
        call.entry = entry;
        inChunk.add(call);
        waiting.remove(call);
        repair.number(entry, "index", call.index);
        if (ToolCall.isCustom(entry)) {
            call.complete = true;
        } else {
            ObjectNode function = repair.object(entry, "function");
            if (function.has("arguments") || first) {
                repair.text(function, "arguments", ToolCall.arguments(function));
            }
            call.complete |= !ToolCall.arguments(function).isBlank();
        }
    }
}
