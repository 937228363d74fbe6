package dev.loom.gateway.routing;

import dev.loom.gateway.config.CostConfig.Price;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.traffic.Counters;
import dev.loom.gateway.traffic.ProviderTraffic;
import org.jspecify.annotations.Nullable;

/**
 * A provider that can serve a request, with what is known about it now.
 *
 * @param traffic the provider's live state; strategies only read it
 * @param model the name that would be sent upstream
 * @param usable false if it would be skipped were it tried now
 */
public record Candidate(ProviderTraffic traffic, String model, boolean usable) {

    public String provider() {
        return traffic.name();
    }

    public Target target() {
        return new Target(traffic.config(), model, traffic.quirks());
    }

    public Candidate asUnusable() {
        return new Candidate(traffic, model, false);
    }

    /** Tokens that the answer is expected to have. */
    public long outputTokens(RoutingRequest request) {
        return traffic.outputLengths().expected(model, request.maxTokens());
    }

    /** Tokens that the request is expected to cost, prompt and answer. */
    public long tokens(RoutingRequest request) {
        return request.inputTokens() + outputTokens(request);
    }

    /** US dollars that the request is expected to cost; null where nobody set a price. */
    public @Nullable Double expectedUsd(RoutingRequest request) {
        Price price = price();
        return price == null
                ? null
                : (request.inputTokens() * price.inputPer1k() + outputTokens(request) * price.outputPer1k()) / 1000;
    }

    /** US dollars that an answer has cost; null where nobody set a price. */
    public @Nullable Double costUsd(Usage usage) {
        Price price = price();
        return price == null ? null : (Double) Counters.costUsd(usage, price);
    }

    /** US dollars per 1,000 tokens of this model at this provider, or null where nobody set it. */
    public @Nullable Price price() {
        return traffic.config().cost().forModel(model);
    }
}
