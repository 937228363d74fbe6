package dev.loom.gateway.simulation;

import static dev.loom.gateway.simulation.Answer.millis;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** How a simulated provider behaves; scenarios put them together. */
@FunctionalInterface
interface Behaviour {

    /**
     * One call.
     *
     * @param time since the start
     * @param inFlight calls at this provider, this one included
     */
    record Call(Duration time, long inFlight, RandomGenerator random) {

        boolean between(int fromSeconds, int toSeconds) {
            return time.toSeconds() >= fromSeconds && time.toSeconds() < toSeconds;
        }

        boolean happens(double probability) {
            return random.nextDouble() < probability;
        }
    }

    Answer answer(Call call);

    /** Half of the time to first token is fixed, the rest is exponential; answers have 40 to 160 tokens. */
    static Behaviour normal(double firstTokenMillis, double tokensPerSecond) {
        return call -> {
            double first = firstTokenMillis * (0.5 - 0.5 * StrictMath.log(1 - call.random.nextDouble()));
            int tokens = 40 + call.random.nextInt(121);
            return new Answer(millis(first), tokens, millis(1000 / tokensPerSecond), null, false);
        };
    }

    /** Something else as long as a condition holds. */
    default Behaviour when(Predicate<Call> condition, Behaviour other) {
        return call -> condition.test(call) ? other.answer(call) : answer(call);
    }

    default Behaviour slower(double factor) {
        return call -> answer(call).slower(factor);
    }

    /** Beyond so many calls at once it slows down in proportion. */
    default Behaviour capacity(int calls) {
        return call -> answer(call).slower(Math.max(1, (double) call.inFlight / calls));
    }

    default Behaviour breaking() {
        return call -> answer(call).breaking();
    }
}
