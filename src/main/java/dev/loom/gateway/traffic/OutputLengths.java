package dev.loom.gateway.traffic;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * How long a provider's answers are, learned per model; the expected price and the tokens reserved before a call rest on
 * it. Thread-safe: a concurrent map of immutable sums.
 */
public final class OutputLengths {

    /** Answers after which a mean is trusted. */
    public static final int ENOUGH_ANSWERS = 20;

    /** Tokens expected of a model that is not known yet when the request sets no bound. */
    public static final int UNKNOWN_LENGTH = 500;

    /** Tokens that one answer counts at most: what the longest answers of today's models may have. */
    static final long LONGEST = 128_000;

    /** Answers after which all so far count half, so that what a model did long ago is forgotten. */
    static final int MOST_ANSWERS = 200;

    /** Model names may come from clients; so many are remembered. */
    private static final int MOST_MODELS = 1_000;

    private record Sum(long answers, long tokens) {
        Sum plus(Sum other) {
            Sum sum = new Sum(answers + other.answers, tokens + other.tokens);
            return sum.answers < MOST_ANSWERS ? sum : new Sum(sum.answers / 2, sum.tokens / 2);
        }

        long mean() {
            return Math.round((double) tokens / answers);
        }
    }

    private final ConcurrentMap<String, Sum> sums = new ConcurrentHashMap<>();

    /** Learns from one complete answer. */
    public void record(String model, long outputTokens) {
        if (sums.size() < MOST_MODELS || sums.containsKey(model)) {
            sums.merge(model, new Sum(1, Math.min(outputTokens, LONGEST)), Sum::plus);
        }
    }

    /**
     * Tokens to expect of the next answer: the learned mean, before that {@code max_tokens}, before that {@link
     * #UNKNOWN_LENGTH}; never more than {@code max_tokens}.
     *
     * @param model as sent upstream
     * @param maxTokens the request's bound, null where it sets none
     */
    public long expected(String model, @Nullable Integer maxTokens) {
        long unknown = maxTokens != null ? maxTokens : UNKNOWN_LENGTH;
        Sum sum = sums.get(model);
        long likely = sum != null && sum.answers >= ENOUGH_ANSWERS ? sum.mean() : unknown;
        return maxTokens != null ? Math.min(likely, maxTokens) : likely;
    }
}
