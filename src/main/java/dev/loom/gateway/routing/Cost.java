package dev.loom.gateway.routing;

import dev.loom.gateway.config.CostConfig.Price;
import java.util.List;

/**
 * {@code strategy: cost}: by the expected price of this very request; the lower latency where that is equal, and last who
 * has no price.
 */
final class Cost implements Strategy {

    private final LatencyScores scores;

    Cost(LatencyScores scores) {
        this.scores = scores;
    }

    @Override
    public List<Candidate> order(List<Candidate> candidates, RoutingRequest request) {
        return Scored.ascending(
                candidates, candidate -> expectedPrice(candidate, request), candidate -> latency(candidate, request));
    }

    /** Thousandths of US dollars; infinite where nobody set a price. */
    private static double expectedPrice(Candidate candidate, RoutingRequest request) {
        Price price = candidate.price();
        return price == null
                ? Double.POSITIVE_INFINITY
                : request.inputTokens() * price.inputPer1k() + candidate.outputTokens(request) * price.outputPer1k();
    }

    /** Who is not known yet is asked until enough of its answers are on their way, and then only after the others. */
    private double latency(Candidate candidate, RoutingRequest request) {
        if (scores.isKnown(candidate, request)) {
            return scores.score(candidate, request);
        }
        return scores.prospects(candidate, request) < LatencyScores.ENOUGH_SAMPLES ? 0 : Double.POSITIVE_INFINITY;
    }
}
