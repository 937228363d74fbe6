package dev.loom.gateway.provider;

import org.jspecify.annotations.Nullable;

/**
 * Tokens of one answer, as the provider counts them. What a provider reports may be {@link TokenFigure no count}.
 *
 * @param input prompt tokens, the cached ones included
 * @param output completion tokens, reasoning included
 * @param cached the part of {@code input} that the provider read from its cache
 * @param reasoning the part of {@code output} that is reasoning
 */
public record Usage(long input, long output, long cached, long reasoning) {

    /** Without reasoning. */
    public Usage(long input, long output, long cached) {
        this(input, output, cached, 0);
    }

    /** For estimates: OpenAI's rule of thumb for English text. */
    public static final int BYTES_PER_TOKEN = 4;

    /** Tokens of so many bytes of content, as a rule of thumb. */
    public static long tokens(long bytes) {
        return (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
    }

    /** Of what a provider reports; null where it says nothing. */
    public static @Nullable Usage reported(long input, long output, long cached, long reasoning) {
        boolean none = input == TokenFigure.UNSAID && output == TokenFigure.UNSAID;
        return none ? null : new Usage(input, output, cached, reasoning);
    }

    /** Whether it can be true. */
    public boolean isPlausible() {
        return equals(or(this)) && TokenFigure.isPlausible(input) && TokenFigure.isPlausible(output);
    }

    /** This, with an estimate in the place of each figure that cannot be true; of parts of them the estimate is 0. */
    public Usage or(Usage estimate) {
        long in = TokenFigure.isPlausible(input) ? input : estimate.input;
        long out = TokenFigure.isPlausible(output) ? output : estimate.output;
        return new Usage(in, out, part(cached, in), part(reasoning, out));
    }

    private static long part(long figure, long whole) {
        return figure >= 0 && figure <= whole ? figure : 0;
    }

    public Usage plus(Usage other) {
        return new Usage(
                input + other.input, output + other.output, cached + other.cached, reasoning + other.reasoning);
    }

    /** This, but no fewer output tokens than the other, and its input where this has none. */
    public Usage atLeast(Usage other) {
        return new Usage(input > 0 ? input : other.input, Math.max(output, other.output), cached, reasoning);
    }
}
