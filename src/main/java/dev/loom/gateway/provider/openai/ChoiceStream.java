package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.FinishReasons;
import dev.loom.gateway.provider.HeldBack;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnreadableAnswer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One choice of a stream: repairs its deltas and knows whether it has ended. */
final class ChoiceStream {

    private final int index;
    private final ToolCallStream calls;
    private final InOrder inOrder;
    private boolean begun;
    private boolean finished;
    private boolean passes;

    /** @param held counts what waits here, too */
    ChoiceStream(int index, ChatRequest request, HeldBack held) {
        this.index = index;
        this.calls = new ToolCallStream(request, index, held);
        this.inOrder = new InOrder(held);
    }

    boolean finished() {
        return finished;
    }

    /**
     * Takes the choice's part of a chunk.
     *
     * @return choices for chunks that must be sent before this one; usually none
     */
    List<ObjectNode> accept(ObjectNode choice, Repair repair) throws UnreadableAnswer {
        repair.number(choice, "index", index);
        ObjectNode delta = delta(choice, repair);
        role(delta, repair);
        Content.repair(delta, repair);
        List<ObjectNode> deltas = new ArrayList<>(calls(delta, repair));
        deltas.addAll(finish(choice, repair));
        List<ToolCallStream.Place> places = calls.places();
        boolean noCall = !finished && deltas.isEmpty() && !delta.isEmpty() && !delta.has("tool_calls");
        if (places.isEmpty() && (inOrder.isEmpty() || (noCall && inOrder.isNothing()))) {
            passes = true;
            return deltas.isEmpty() ? deltas : List.of(choice(deltaOf(deltas), null));
        }
        return inOrder(choice, deltas, places, repair);
    }

    /** Whether the choice that was taken last goes on with its chunk; if not, it waits, or has gone before. */
    boolean passes() {
        return passes;
    }

    private List<ObjectNode> inOrder(
            ObjectNode choice, List<ObjectNode> deltas, List<ToolCallStream.Place> places, Repair repair)
            throws UnreadableAnswer {
        passes = finished;
        if (!deltas.isEmpty()) {
            inOrder.add(choice(deltaOf(deltas), null));
        }
        if (!choice.path("delta").isEmpty()) {
            inOrder.add(finished ? takeDelta(choice, repair) : choice);
        }
        for (ToolCallStream.Place place : places) {
            ObjectNode told = choice(deltaOf(List.of(place.entry())), null);
            if (place.pieces() == null) {
                inOrder.add(told);
            } else {
                inOrder.add(told, place.pieces());
            }
        }
        return finished ? inOrder.all() : inOrder.ready();
    }

    /** Of the chunk that ends the choice all but the end. */
    private ObjectNode takeDelta(ObjectNode choice, Repair repair) {
        ObjectNode taken = choice((ObjectNode) choice.path("delta"), null);
        if (choice.hasNonNull("logprobs")) {
            taken.set("logprobs", choice.path("logprobs"));
            repair.remove(choice, "logprobs");
        }
        repair.set(choice, "delta", Json.object());
        return taken;
    }

    private List<ObjectNode> calls(ObjectNode delta, Repair repair) throws UnreadableAnswer {
        calls.nextChunk();
        if (delta.path("tool_calls") instanceof ArrayNode entries && !entries.isEmpty()) {
            List<ObjectNode> before = calls.accept(entries, repair);
            if (entries.isEmpty()) {
                repair.remove(delta, "tool_calls");
            }
            return before;
        }
        if (delta.hasNonNull("tool_calls") && !delta.path("tool_calls").isArray()) {
            repair.remove(delta, "tool_calls");
        }
        return List.of();
    }

    /**
     * Ends a choice whose provider did not say why it ended.
     *
     * @throws UnreadableAnswer if something is missing that no client can do without
     */
    List<ObjectNode> end() throws UnreadableAnswer {
        finished = true;
        calls.nextChunk();
        List<ObjectNode> open = calls.finish(new Repair(), false);
        if (!open.isEmpty()) {
            inOrder.add(choice(deltaOf(open), null));
        }
        List<ObjectNode> rest = new ArrayList<>(inOrder.all());
        rest.add(choice(Json.object(), calls.any() ? FinishReasons.TOOL_CALLS : FinishReasons.STOP));
        return rest;
    }

    /** Some servers send a {@code message} where the delta should be, or nothing. */
    private static ObjectNode delta(ObjectNode choice, Repair repair) {
        JsonNode message = choice.path("message");
        if (!choice.path("delta").isObject() && message.isObject()) {
            repair.set(choice, "delta", message);
            repair.remove(choice, "message");
        }
        return repair.object(choice, "delta");
    }

    private void role(ObjectNode delta, Repair repair) {
        if (begun) {
            repair.remove(delta, "role");
        } else {
            repair.text(delta, "role", "assistant");
        }
        begun = true;
    }

    private List<ObjectNode> finish(ObjectNode choice, Repair repair) throws UnreadableAnswer {
        String reason = FinishReasons.of(choice.path("finish_reason"));
        if (reason == null) {
            repair.set(choice, "finish_reason", Json.MAPPER.nullNode());
            return List.of();
        }
        repair.finishReason(choice, reason);
        finished = true;
        return calls.finish(repair, reason.equals(FinishReasons.TOOL_CALLS));
    }

    private ObjectNode choice(ObjectNode delta, @Nullable String finishReason) {
        ObjectNode choice = Json.object().put("index", index);
        choice.set("delta", delta);
        return choice.putNull("logprobs").put("finish_reason", finishReason);
    }

    private static ObjectNode deltaOf(List<ObjectNode> calls) {
        ObjectNode delta = Json.object();
        delta.putArray("tool_calls").addAll(calls);
        return delta;
    }
}
