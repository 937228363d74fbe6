package dev.loom.gateway.replay;

import dev.loom.gateway.replay.RecordedRequest.Answer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How fast a provider answers.
 *
 * @param first to the first token
 * @param perToken for each token of the answer after that
 */
record Pace(Duration first, Duration perToken) {

    /** Of a provider of which no time is known; {@link Comparison} and {@code docs/replay.md} tell these figures. */
    static final Pace ASSUMED = new Pace(Duration.ofMillis(500), Duration.ofMillis(20));

    /** Without the time of the first token it came with the last. Null where no time is known. */
    static @Nullable Pace of(Answer answer, long outputTokens) {
        Duration first = answer.firstToken() != null ? answer.firstToken() : answer.whole();
        if (first == null) {
            return null;
        }
        Duration whole = answer.whole();
        Duration rest = whole == null || whole.compareTo(first) < 0 ? Duration.ZERO : whole.minus(first);
        return new Pace(first, rest.dividedBy(Math.max(1, outputTokens)));
    }

    Duration rest(long outputTokens) {
        return perToken.multipliedBy(outputTokens);
    }
}
