package dev.loom.gateway.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tool calls of one choice, one after another. What comes of a call while an earlier one has not got all of its
 * arguments is kept until then.
 */
final class CallReader {

    private static final class Call {
        final Block block;
        final boolean custom;
        final ArgumentsEnd end = new ArgumentsEnd();
        final StringBuilder untold = new StringBuilder();

        Call(Block block, boolean custom) {
            this.block = block;
            this.custom = custom;
        }

        /** Arguments are JSON, so they tell when they are whole. */
        boolean isWhole() {
            return custom || end.isWhole(block);
        }
    }

    private final int choice;
    private final AnswerSink sink;
    private final Map<Integer, Call> calls = new HashMap<>();
    private final Deque<Call> waiting = new ArrayDeque<>(); // those that have not been opened
    private @Nullable Call open;
    private long said;

    CallReader(int choice, AnswerSink sink) {
        this.choice = choice;
        this.sink = sink;
    }

    long said() {
        return said;
    }

    /** The call that is open ends before its time. */
    void cut() {
        if (open != null) {
            open.block.cut();
        }
    }

    boolean any() {
        return !calls.isEmpty();
    }

    /** @param position of the entry, which counts where it has no index */
    void accept(JsonNode entry, int position) {
        boolean custom = entry.path("custom").isObject();
        Call call = calls.computeIfAbsent(entry.path("index").asInt(position), index -> begin(entry, custom));
        JsonNode function = entry.path(custom ? "custom" : "function");
        if (!function.path("name").asText("").isEmpty()) {
            call.block.name(function.path("name").asText());
        }
        if (entry.path("extra_content").isObject()) {
            call.block.extra(entry.path("extra_content"));
        }
        call.untold.append(function.path(custom ? "input" : "arguments").asText(""));
        advance(false);
    }

    private Call begin(JsonNode entry, boolean custom) {
        Call call = new Call(new Block(Block.Kind.CALL, choice, entry.path("id").asText("")), custom);
        waiting.add(call);
        return call;
    }

    /** Whatever else the answer says, it says after its calls so far. */
    void closeAll() {
        advance(true);
    }

    private void advance(boolean toTheEnd) {
        if (open != null) {
            tell(open);
        }
        while (!waiting.isEmpty()) {
            Call next = waiting.element();
            if (!opens(next, toTheEnd)) {
                return;
            }
            waiting.remove();
            tell(next);
        }
        if (toTheEnd) {
            close();
        }
    }

    private boolean opens(Call call, boolean atOnce) {
        boolean waits = (open != null && !open.isWhole()) || call.block.name().isEmpty();
        if (waits && !atOnce) {
            return false;
        }
        close();
        open = call;
        sink.open(call.block);
        return true;
    }

    private void tell(Call call) {
        if (!call.untold.isEmpty()) {
            String more = call.untold.toString();
            call.untold.setLength(0);
            said += more.length();
            call.block.append(more);
            call.end.append(more);
            sink.more(call.block, more, MissingNode.getInstance());
        }
    }

    private void close() {
        if (open != null) {
            sink.close(open.block);
            open = null;
        }
    }
}
