package dev.loom.gateway.routing;

import dev.loom.gateway.config.CostConfig.Price;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.traffic.Counters;
import dev.loom.gateway.traffic.ProviderTraffic;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A provider that can serve a request, with what is known about it now. Equal to another of the same provider and model.
 * Used by one thread at a time, as its plan is.
 */
public final class Candidate {

    private final ProviderTraffic traffic;
    private final String model;
    private final Predicate<Candidate> look;
    private @Nullable Boolean usable;

    /** @param look whether it is usable; asked once, when somebody asks first: of many candidates most are never asked */
    Candidate(ProviderTraffic traffic, String model, Predicate<Candidate> look) {
        this.traffic = traffic;
        this.model = model;
        this.look = look;
    }

    public Candidate(ProviderTraffic traffic, String model, boolean usable) {
        this(traffic, model, candidate -> usable);
    }

    /** The provider's live state; strategies only read it. */
    public ProviderTraffic traffic() {
        return traffic;
    }

    /** The name that would be sent upstream. */
    public String model() {
        return model;
    }

    /** False if it would have been skipped, had it been tried when this was asked first. */
    public boolean usable() {
        Boolean known = usable;
        if (known == null) {
            known = look.test(this);
            usable = known;
        }
        return known;
    }

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

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Candidate candidate && candidate.traffic == traffic && candidate.model.equals(model);
    }

    @Override
    public int hashCode() {
        return 31 * System.identityHashCode(traffic) + model.hashCode();
    }

    @Override
    public String toString() {
        return provider() + "/" + model;
    }
}
