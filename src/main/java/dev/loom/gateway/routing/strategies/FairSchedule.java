package dev.loom.gateway.routing.strategies;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Smooth weighted round robin: after any number of turns, each member's count is less than one away from its exact share.
 *
 * <p>The rule is that of worst-case fair weighted fair queueing (Bennett and Zhang, WF2Q, INFOCOM 1996): among those who
 * are not ahead of their share, the one whose next turn is due first. The common rule, the largest deficit first, is up to
 * a tenth of a turn further off with five members or more. Whole numbers only, so nothing drifts.
 *
 * <p>Thread-safe without locks: one immutable state in an atomic reference, replaced by compare-and-set, so the turns of
 * many threads together are those of one.
 */
final class FairSchedule {

    private final long[] weights;
    private final long total;
    private final AtomicReference<State> current;

    /**
     * Where the present cycle stands; after {@code total} turns everyone has had its weight and a new one begins.
     *
     * @param turn that is given next
     * @param given turns, by member
     * @param chosen whose turn the last one was
     */
    private record State(long turn, long[] given, int chosen) {}

    /** @param weights at least one, each at least 1 */
    FairSchedule(int... weights) {
        this.weights = Arrays.stream(weights).asLongStream().toArray();
        this.total = Arrays.stream(this.weights).sum();
        this.current = new AtomicReference<>(start());
    }

    private State start() {
        return new State(0, new long[weights.length], 0);
    }

    /** Index of the member whose turn it is. */
    int next() {
        return Objects.requireNonNull(current.updateAndGet(state -> after(Objects.requireNonNull(state)))).chosen;
    }

    /** What {@link #next} would give now; nobody's turn passes. */
    int peek() {
        return after(Objects.requireNonNull(current.get())).chosen;
    }

    private State after(State last) {
        State state = last.turn == total ? start() : last;
        int chosen = chosen(state);
        long[] given = state.given.clone();
        given[chosen]++;
        return new State(state.turn + 1, given, chosen);
    }

    private int chosen(State state) {
        int best = -1;
        for (int i = 0; i < weights.length; i++) {
            if (isReleased(state, i) && (best < 0 || isDueBefore(state, i, best))) {
                best = i;
            }
        }
        return best;
    }

    /** With this turn too it is less than one ahead of its share. */
    private boolean isReleased(State state, int i) {
        return state.given[i] * total < (state.turn + 1) * weights[i];
    }

    private boolean isDueBefore(State state, int i, int j) {
        return (state.given[i] + 1) * weights[j] < (state.given[j] + 1) * weights[i];
    }
}
