package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.FinishReasons;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.provider.UnreadableAnswer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One choice of a stream: repairs its deltas and knows whether it has ended. */
final class ChoiceStream {

    private final int index;
    private final ToolCallStream calls;
    private boolean begun;
    private boolean finished;

    ChoiceStream(int index, ChatRequest request) {
        this.index = index;
        this.calls = new ToolCallStream(request, index);
    }

    boolean finished() {
        return finished;
    }

    /**
     * Takes the choice's part of a chunk.
     *
     * @return choices for a chunk that must be sent before this one; usually none
     */
    List<ObjectNode> accept(ObjectNode choice, Repair repair) throws UnreadableAnswer {
        repair.number(choice, "index", index);
        ObjectNode delta = delta(choice, repair);
        role(delta, repair);
        Content.repair(delta, repair);
        List<ObjectNode> before = new ArrayList<>(calls(delta, repair));
        before.addAll(finish(choice, repair));
        return before.isEmpty() ? before : List.of(choice(deltaOf(before), null));
    }

    private List<ObjectNode> calls(ObjectNode delta, Repair repair) throws UnreadableAnswer {
        calls.nextChunk();
        if (delta.path("tool_calls") instanceof ArrayNode entries) {
            return calls.accept(entries, repair);
        }
        if (delta.hasNonNull("tool_calls")) {
            repair.remove(delta, "tool_calls");
        }
        return List.of();
    }

    /** Ends a choice whose provider did not say why it ended. */
    List<ObjectNode> end() {
        finished = true;
        calls.nextChunk();
        List<ObjectNode> open = calls.close();
        ObjectNode last = choice(Json.object(), calls.any() ? FinishReasons.TOOL_CALLS : FinishReasons.STOP);
        return open.isEmpty() ? List.of(last) : List.of(choice(deltaOf(open), null), last);
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
        return calls.finish(repair);
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
