package dev.loom.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.traffic.Limits.Reservation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Short random histories on three threads, each checked against a sequential model: there must be an order of all
 * operations that respects which one ended before which other began, and in which the model gives the same answers.
 */
class LimitsLinearizabilityTest {

    private static final int ROUNDS = 1_500;
    private static final int THREADS = 3;
    private static final int STEPS = 4;
    private static final int TOKENS = 10;
    private static final int PERMITS = 2;

    private enum Kind {
        RESERVE,
        SETTLE,
        RELEASE,
        LEVEL
    }

    /**
     * One operation as seen from outside.
     *
     * @param amount RESERVE: tokens wanted; SETTLE: tokens used beyond the reserved ones
     * @param answer RESERVE: 1 for a reservation; LEVEL: tokens left
     */
    private record Operation(Kind kind, long amount, long answer, int began, int ended) {}

    @Test
    void every_history_has_a_sequential_explanation() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Limits limits = new LocalLimits(new RateLimitConfig(null, TOKENS, PERMITS), new ManualTime());
            AtomicInteger clock = new AtomicInteger();
            int seed = round * THREADS;

            List<Operation> history = new ArrayList<>();
            Threads.together(THREADS, thread -> operations(limits, clock, new Random(seed + thread)))
                    .forEach(history::addAll);

            assertThat(explained(history, TOKENS, PERMITS))
                    .as("round %d: %s", round, history)
                    .isTrue();
        }
    }

    @Test
    void a_history_without_an_explanation_is_found_out() {
        Operation first = new Operation(Kind.RESERVE, 7, 1, 0, 3);
        Operation second = new Operation(Kind.RESERVE, 7, 1, 1, 2);

        assertThat(explained(List.of(first, second), TOKENS, PERMITS)).isFalse();
    }

    private static Callable<List<Operation>> operations(Limits limits, AtomicInteger clock, Random random) {
        return () -> {
            List<Operation> done = new ArrayList<>();
            Reservation held = null;
            for (int i = 0; i < STEPS; i++) {
                int began = clock.incrementAndGet();
                if (random.nextInt(4) == 0) {
                    long left = LimitsTest.remaining(limits);
                    done.add(new Operation(Kind.LEVEL, 0, left, began, clock.incrementAndGet()));
                } else if (held == null) {
                    int wanted = 1 + random.nextInt(6);
                    held = limits.reserve(wanted) instanceof Reservation reservation ? reservation : null;
                    int answer = held == null ? 0 : 1;
                    done.add(new Operation(Kind.RESERVE, wanted, answer, began, clock.incrementAndGet()));
                } else if (random.nextBoolean()) {
                    // Reserved are 6 at most, so that this gives tokens back or takes some more.
                    long before = reserved(done);
                    held.settle(3);
                    boolean again = done.stream().anyMatch(operation -> settles(operation, done));
                    done.add(new Operation(Kind.SETTLE, again ? 0 : 3 - before, 0, began, clock.incrementAndGet()));
                } else {
                    held.release();
                    held = null;
                    done.add(new Operation(Kind.RELEASE, 0, 0, began, clock.incrementAndGet()));
                }
            }
            return done;
        };
    }

    /** Tokens of the latest reservation. */
    private static long reserved(List<Operation> done) {
        return done.get(latestReservation(done)).amount;
    }

    private static boolean settles(Operation operation, List<Operation> done) {
        return operation.kind == Kind.SETTLE && done.indexOf(operation) > latestReservation(done);
    }

    private static int latestReservation(List<Operation> done) {
        int latest = 0;
        for (int i = 0; i < done.size(); i++) {
            if (done.get(i).kind == Kind.RESERVE && done.get(i).answer == 1) {
                latest = i;
            }
        }
        return latest;
    }

    /** Depth first through every order that the times allow. */
    private static boolean explained(List<Operation> rest, long tokens, int permits) {
        if (rest.isEmpty()) {
            return true;
        }
        int firstEnd = rest.stream().mapToInt(Operation::ended).min().getAsInt();
        for (Operation next : rest) {
            if (next.began < firstEnd && possible(next, tokens, permits)) {
                List<Operation> others = new ArrayList<>(rest);
                others.remove(next);
                if (explained(others, tokensAfter(next, tokens), permitsAfter(next, permits))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean possible(Operation operation, long tokens, int permits) {
        return switch (operation.kind) {
            case RESERVE -> (operation.answer == 1) == (permits > 0 && operation.amount <= tokens);
            case LEVEL -> operation.answer == tokens;
            case SETTLE, RELEASE -> true;
        };
    }

    private static long tokensAfter(Operation operation, long tokens) {
        boolean takes = operation.kind == Kind.SETTLE || (operation.kind == Kind.RESERVE && operation.answer == 1);
        return takes ? tokens - operation.amount : tokens;
    }

    private static int permitsAfter(Operation operation, int permits) {
        return switch (operation.kind) {
            case RESERVE -> operation.answer == 1 ? permits - 1 : permits;
            case RELEASE -> permits + 1;
            default -> permits;
        };
    }
}
