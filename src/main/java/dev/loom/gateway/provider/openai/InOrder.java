package dev.loom.gateway.provider.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.HeldBack;
import dev.loom.gateway.provider.UnreadableAnswer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a choice says behind a call that has no name yet: it comes out in the order in which it came in. */
final class InOrder {

    /** @param pieces of a call, whose place is empty until there is something to tell of it; null for all else */
    private record Waiting(ObjectNode choice, @Nullable EarlyPieces pieces, long bytes) {

        boolean isReady() {
            return pieces == null || !pieces.place().isEmpty();
        }

        /** Such as a call of which there is an id, and that may be none. */
        boolean isNothing() {
            return pieces != null && !pieces.saysSomething() && pieces.place().isEmpty();
        }
    }

    private final HeldBack held;
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    /** @param held counts what waits here, too */
    InOrder(HeldBack held) {
        this.held = held;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Whether there is anything that a text has to wait for. */
    boolean isNothing() {
        return waiting.stream().allMatch(Waiting::isNothing);
    }

    /** A place of a call within a choice. */
    void add(ObjectNode choice, EarlyPieces pieces) {
        held.addEntry();
        waiting.add(new Waiting(choice, pieces, 0));
    }

    /** @throws UnreadableAnswer if too much would have to wait */
    void add(ObjectNode choice) throws UnreadableAnswer {
        long bytes = HeldBack.size(choice);
        held.addEntry();
        held.add(bytes);
        waiting.add(new Waiting(choice, null, bytes));
        EarlyPieces.refuseTooMuch(held);
    }

    /** What nothing has to wait for any more. */
    List<ObjectNode> ready() {
        List<ObjectNode> ready = new ArrayList<>();
        while (!waiting.isEmpty() && waiting.element().isReady()) {
            ready.add(take(waiting.remove()));
        }
        return ready;
    }

    /** All but the places at which nothing was told. */
    List<ObjectNode> all() {
        List<ObjectNode> all = new ArrayList<>();
        while (!waiting.isEmpty()) {
            boolean isReady = waiting.element().isReady();
            ObjectNode choice = take(waiting.remove());
            if (isReady) {
                all.add(choice);
            }
        }
        return all;
    }

    private ObjectNode take(Waiting next) {
        held.releaseEntry();
        held.release(next.bytes());
        if (next.pieces() != null) {
            next.pieces().release();
        }
        return next.choice();
    }
}
