package dev.loom.gateway.provider;

/**
 * Tokens of one answer, as the provider counts them.
 *
 * @param input prompt tokens, the cached ones included
 * @param output completion tokens, reasoning included
 * @param cached the part of {@code input} that the provider read from its cache
 */
public record Usage(long input, long output, long cached) {

    /** For estimates: OpenAI's rule of thumb for English text. */
    public static final int BYTES_PER_TOKEN = 4;
}
