package dev.loom.gateway.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.loom.gateway.provider.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
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
        final StringBuilder waiting = new StringBuilder();
        boolean closed;

        Call(Block block, boolean custom) {
            this.block = block;
            this.custom = custom;
        }

        /** Arguments are JSON, so they tell when they are whole. */
        boolean isWhole() {
            String text = block.text();
            return custom
                    || text.isBlank()
                    || !Json.lenient(text.getBytes(StandardCharsets.UTF_8)).isMissingNode();
        }
    }

    private final int choice;
    private final AnswerSink sink;
    private final Map<Integer, Call> calls = new LinkedHashMap<>();
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
        Call call = calls.computeIfAbsent(
                entry.path("index").asInt(position),
                index -> new Call(
                        new Block(Block.Kind.CALL, choice, entry.path("id").asText("")), custom));
        JsonNode function = entry.path(custom ? "custom" : "function");
        if (!function.path("name").asText("").isEmpty()) {
            call.block.name(function.path("name").asText());
        }
        if (entry.path("extra_content").isObject()) {
            call.block.extra(entry.path("extra_content"));
        }
        call.waiting.append(function.path(custom ? "input" : "arguments").asText(""));
        advance(false);
    }

    /** Whatever else the answer says, it says after its calls so far. */
    void closeAll() {
        advance(true);
    }

    private void advance(boolean toTheEnd) {
        for (Call call : calls.values()) {
            if (call != open && !call.closed && !opens(call, toTheEnd)) {
                return;
            }
            if (!call.closed) {
                tell(call);
            }
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
        if (!call.waiting.isEmpty()) {
            String more = call.waiting.toString();
            call.waiting.setLength(0);
            said += more.length();
            call.block.append(more);
            sink.more(call.block, more, MissingNode.getInstance());
        }
    }

    private void close() {
        if (open != null) {
            open.closed = true;
            sink.close(open.block);
            open = null;
        }
    }
}
