package dev.loom.gateway.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Tokens of one answer in the detail that OpenAI's {@code usage} object shows.
 *
 * @param input prompt tokens, those read from and written to a cache included
 * @param output completion tokens, reasoning included
 * @param cached the part of {@code input} that was read from a cache
 * @param cacheWritten the part of {@code input} that was written to a cache
 * @param reasoning the part of {@code output} that is reasoning
 */
public record UsageDetails(long input, long output, long cached, long cacheWritten, long reasoning) {

    /** Of a provider whose count says no more. */
    public static UsageDetails of(Usage usage) {
        return new UsageDetails(usage.input(), usage.output(), usage.cached(), 0, usage.reasoning());
    }

    public Usage toUsage() {
        return new Usage(input, output, cached, reasoning);
    }

    public ObjectNode toJson() {
        ObjectNode json = Json.object()
                .put("prompt_tokens", input)
                .put("completion_tokens", output)
                .put("total_tokens", input + output);
        json.putObject("prompt_tokens_details")
                .put("cached_tokens", cached)
                .put("cache_write_tokens", cacheWritten)
                .put("audio_tokens", 0);
        json.putObject("completion_tokens_details")
                .put("reasoning_tokens", reasoning)
                .put("audio_tokens", 0)
                .put("accepted_prediction_tokens", 0)
                .put("rejected_prediction_tokens", 0);
        return json;
    }
}
