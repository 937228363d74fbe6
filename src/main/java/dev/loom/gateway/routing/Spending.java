package dev.loom.gateway.routing;

import dev.loom.gateway.config.CostConfig.Price;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.traffic.Counters;
import org.jspecify.annotations.Nullable;

/**
 * What one call of a provider has cost. The same figures go into that provider's counters.
 *
 * @param model as it was sent to the provider
 * @param price null where none is configured
 */
public record Spending(String provider, String model, Usage usage, @Nullable Price price) {

    /** US dollars; 0 where no price is configured. */
    public double costUsd() {
        return price == null ? 0 : Counters.costUsd(usage, price);
    }

    /** The same call, counted otherwise. */
    public Spending with(Usage other) {
        return new Spending(provider, model, other, price);
    }
}
