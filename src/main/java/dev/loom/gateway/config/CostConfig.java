package dev.loom.gateway.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code cost}: one price for every model of the provider, or a map of model to price.
 *
 * @param all null where the user wrote a map or nothing
 */
public record CostConfig(@Nullable Price all, Map<String, Price> byModel) {

    /**
     * US dollars per 1,000 tokens; none is negative.
     *
     * @param cachedPer1k null: cached input costs what other input costs
     */
    public record Price(double inputPer1k, double outputPer1k, @Nullable Double cachedPer1k) {}

    /** The price of a model as sent upstream, or null where the user set none. */
    public @Nullable Price forModel(String model) {
        Price own = byModel.get(model);
        return own != null ? own : all;
    }
}
