package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.Section;
import dev.loom.gateway.config.yaml.Yaml;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code max_output_tokens}: one number for every model, or a map of model to number.
 *
 * @param all tokens, null where the user wrote a map or nothing
 * @param byModel model name (as sent upstream, or as in {@code models}) to tokens
 */
public record MaxOutputTokens(@Nullable Integer all, Map<String, Integer> byModel) {

    /** The user wrote nothing. */
    static final MaxOutputTokens NONE = new MaxOutputTokens(null, Map.of());

    /** Tokens for a model as sent upstream, or null where the user set none. */
    public @Nullable Integer forModel(String model) {
        Integer own = ModelNames.closest(byModel, model);
        return own != null ? own : all;
    }

    static MaxOutputTokens read(Section s) {
        String key = "max_output_tokens";
        return s.mapping().value(key) instanceof Yaml.Mapping
                ? new MaxOutputTokens(null, s.map(key, Types.integer(1)))
                : new MaxOutputTokens(s.get(key, Types.integer(1)), Map.of());
    }
}
