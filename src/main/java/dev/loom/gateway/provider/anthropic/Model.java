package dev.loom.gateway.provider.anthropic;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a Claude model tolerates, where it runs.
 *
 * @param defaultTokens {@code max_tokens} of a request that sets none
 * @param limit the most tokens that {@code max_tokens} may ask for
 */
record Model(int defaultTokens, int limit, Thinking thinking, Set<Feature> features) {

    /** What the API calls extended thinking. */
    enum Thinking {
        NONE,
        /** Up to a number of tokens that the request names. */
        BUDGET,
        /** As much as the model sees fit; the request names an effort. */
        ADAPTIVE,
        /** As {@link #ADAPTIVE}, and at the least it makes notes between its calls of tools. */
        BETWEEN_TOOLS,
        /** As {@link #ADAPTIVE}, and it cannot be switched off. */
        ALWAYS
    }

    enum Feature {
        /** {@code temperature}, {@code top_p} and {@code top_k}. */
        SAMPLING,
        /** {@code output_config.format} with a JSON schema. */
        JSON_SCHEMA,
        /** {@code strict} on a tool. */
        STRICT_TOOLS,
        /** {@code tool_choice} any or tool. */
        FORCED_TOOL,
        /** Thinking beside a {@code tool_choice} any or tool. */
        FORCED_THINKING,
        /** The efforts xhigh and max while thinking is switched off. */
        TOP_EFFORT_UNTHINKING,
        /** Messages with the role system in mid-conversation. */
        SYSTEM_TURNS,
        /** A conversation that ends with the assistant's words, which the model continues. */
        PREFILL,
        /** The effort xhigh between high and max. */
        XHIGH_EFFORT,
        /** What it thinks is shown only if the request asks for it. */
        HIDDEN_THOUGHTS,
        /** Images and documents that the provider fetches itself. */
        URL_SOURCES
    }

    boolean can(Feature feature) {
        return features.contains(feature);
    }

    Model without(Set<Feature> taken) {
        Set<Feature> left = EnumSet.noneOf(Feature.class);
        left.addAll(features);
        left.removeAll(taken);
        return new Model(defaultTokens, limit, thinking, left);
    }
}
