package dev.loom.gateway.accounts;

/**
 * What one account has used of one model of one provider in one span of time; sums of them have empty texts where they are
 * of several.
 *
 * @param at when the span begins, seconds since 1970; a whole minute where it is stored
 * @param cached the part of {@code input} that came from a provider's cache
 * @param reasoning the part of {@code output} that is reasoning
 * @param cost nano-dollars
 */
public record UsageRow(
        long at,
        String account,
        String provider,
        String model,
        long requests,
        long input,
        long output,
        long cached,
        long reasoning,
        long cost) {

    public long tokens() {
        return input + output;
    }

    /** US dollars. */
    public double costUsd() {
        return cost / Limit.NANO;
    }
}
