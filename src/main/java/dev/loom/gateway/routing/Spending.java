package dev.loom.gateway.routing;

import dev.loom.gateway.provider.Usage;
import org.jspecify.annotations.Nullable;

/**
 * What one call of a provider has cost. The same figures go into that provider's counters.
 *
 * @param model as it was sent to the provider
 * @param costUsd null where no price is configured
 */
public record Spending(String provider, String model, Usage usage, @Nullable Double costUsd) {}
