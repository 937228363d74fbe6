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

    /** @param place of a call, empty until there is something to tell of it; null for all else */
    private record Waiting(ObjectNode choice, @Nullable ObjectNode place, long bytes) {

        boolean isReady() {
            return place == null || !place.isEmpty();
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

    /** A place of a call within a choice. */
    void add(ObjectNode choice, ObjectNode place) {
        held.addEntry();
        waiting.add(new Waiting(choice, place, 0));
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
        waiting.removeIf(next -> !next.isReady());
        return ready();
    }

    private ObjectNode take(Waiting next) {
        held.releaseEntry();
        held.release(next.bytes());
        return next.choice();
    }
}
