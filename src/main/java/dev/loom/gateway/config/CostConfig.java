package dev.loom.gateway.config;

import dev.loom.gateway.config.yaml.ScalarType;
import dev.loom.gateway.config.yaml.Section;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code cost}: one price for every model of the provider, or a map of model to price.
 *
 * @param all null where the user wrote a map or nothing
 * @param byModel by names as in {@code models}
 */
public record CostConfig(@Nullable Price all, Map<String, Price> byModel) {

    /**
     * US dollars per 1,000 tokens; none is negative.
     *
     * @param cachedPer1k null: cached input costs what other input costs
     */
    public record Price(double inputPer1k, double outputPer1k, @Nullable Double cachedPer1k) {

        private static final List<String> KEYS = List.of("input_per_1k", "output_per_1k", "cached_per_1k");
        private static final ScalarType<Double> USD = Types.number(0, Double.MAX_VALUE);

        static Price read(Section s) {
            return new Price(
                    s.require("input_per_1k", USD, 0.0),
                    s.require("output_per_1k", USD, 0.0),
                    s.get("cached_per_1k", USD));
        }
    }

    /** The price of a model as sent upstream, or null where the user set none. */
    public @Nullable Price forModel(String model) {
        Price own = ModelNames.closest(byModel, model);
        return own != null ? own : all;
    }

    /** False: the cost strategy asks this provider last. */
    public boolean isKnown() {
        return all != null || !byModel.isEmpty();
    }

    static CostConfig read(Section s) {
        boolean wrote = s.allow(Price.KEYS);
        return new CostConfig(wrote ? Price.read(s) : null, s.otherSections(Price::read));
    }
}
