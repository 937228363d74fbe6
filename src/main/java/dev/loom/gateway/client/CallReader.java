package dev.loom.gateway.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.loom.gateway.provider.HeldBack;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The tool calls of one choice, one after another. What comes of a call, or after it, while an earlier one has not got all
 * of its arguments is kept until then, at the latest until the choice ends: pieces of several calls may come mixed.
 */
final class CallReader {

    private static final class Call {
        final Block block;
        final boolean custom;
        final ArgumentsEnd end = new ArgumentsEnd();
        final StringBuilder untold = new StringBuilder();
        long held;

        Call(Block block, boolean custom) {
            this.block = block;
            this.custom = custom;
        }

        /** Arguments are JSON, so they tell when they are whole; free text does not. */
        boolean isWhole() {
            return !custom && end.isWhole(block);
        }

        boolean isPartial() {
            return !custom && !end.isWhole(block);
        }
    }

    /**
     * A call that has not been opened, or something else that stands after one.
     *
     * @param bytes of something else
     */
    private record Waiting(@Nullable Call call, @Nullable Runnable other, long bytes) {}

    private final int choice;
    private final AnswerSink sink;
    private final HeldBack held;
    private final Runnable beforeCall;
    private final Map<Integer, Call> calls = new HashMap<>();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private @Nullable Call open;
    private long said;

    /**
     * @param held counts what waits here, too
     * @param beforeCall closes what is open and no call
     */
    CallReader(int choice, AnswerSink sink, HeldBack held, Runnable beforeCall) {
        this.held = held;
        this.choice = choice;
        this.sink = sink;
        this.beforeCall = beforeCall;
    }

    long said() {
        return said;
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
        String more = function.path(custom ? "input" : "arguments").asText("");
        call.untold.append(more);
        if (call != open) {
            call.held += HeldBack.size(more);
            held.add(HeldBack.size(more));
        }
        advance();
    }

    private Call begin(JsonNode entry, boolean custom) {
        Call call = new Call(new Block(Block.Kind.CALL, choice, entry.path("id").asText("")), custom);
        held.addEntry();
        waiting.add(new Waiting(call, null, 0));
        return call;
    }

    /**
     * Says something else, once the calls before it are whole.
     *
     * @param size bytes that it takes while it waits
     */
    void then(Runnable other, LongSupplier size) {
        if (waiting.isEmpty() && isFree()) {
            other.run();
            return;
        }
        long bytes = size.getAsLong();
        held.addEntry();
        held.add(bytes);
        waiting.add(new Waiting(null, other, bytes));
    }

    /** Closes the call that is open, if there is one. */
    void close() {
        if (open != null) {
            Block block = open.block;
            open = null;
            sink.close(block);
        }
    }

    private void advance() {
        if (open != null) {
            tell(open);
        }
        while (!waiting.isEmpty() && isFree() && isNamed(waiting.element())) {
            take(waiting.remove());
        }
    }

    /** Nothing more comes: says what waits, whole or not. */
    void end(boolean cut) {
        while (!waiting.isEmpty()) {
            cutOpen(cut && open != null && open.isPartial());
            take(waiting.remove());
        }
        cutOpen(cut);
        close();
    }

    private void cutOpen(boolean cut) {
        if (cut && open != null) {
            open.block.cut();
        }
    }

    private boolean isFree() {
        return open == null || open.isWhole();
    }

    private static boolean isNamed(Waiting next) {
        Call call = next.call();
        return call == null || !call.block.name().isEmpty();
    }

    private void take(Waiting next) {
        held.releaseEntry();
        held.release(next.call() == null ? next.bytes() : next.call().held);
        if (next.other() != null) {
            next.other().run();
        } else if (next.call() != null) {
            close();
            beforeCall.run();
            open = next.call();
            sink.open(open.block);
            tell(open);
        }
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
}
