package dev.loom.gateway.config.accounts;

import dev.loom.gateway.config.Types;
import dev.loom.gateway.config.yaml.Section;
import org.jspecify.annotations.Nullable;

/**
 * {@code limits}: of every single request; each null where none is set.
 *
 * @param maxInputTokens more are refused
 * @param maxOutputTokens the most that a client may ask for, and what it gets where it asks for nothing
 * @param maxTotalTokens input and the bound on the output together
 */
public record RequestLimitsConfig(
        @Nullable Integer maxInputTokens, @Nullable Integer maxOutputTokens, @Nullable Integer maxTotalTokens) {

    public static final RequestLimitsConfig NONE = new RequestLimitsConfig(null, null, null);

    public static RequestLimitsConfig read(Section s) {
        return new RequestLimitsConfig(
                s.get("max_input_tokens", Types.integer(1)),
                s.get("max_output_tokens", Types.integer(1)),
                s.get("max_total_tokens", Types.integer(1)));
    }

    /** False: every request may be as large as it is. */
    public boolean isSet() {
        return !equals(NONE);
    }
}
