package dev.loom.gateway.routing.strategies;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.config.CostConfig.Price;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.routing.Candidate;
import dev.loom.gateway.routing.RoutingRequest;
import dev.loom.gateway.routing.Strategy;
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

    /** US dollars; infinite where nobody set a price. */
    private static double expectedPrice(Candidate candidate, RoutingRequest request) {
        Double expected = candidate.expectedUsd(request);
        return expected == null ? Double.POSITIVE_INFINITY : expected;
    }

    /** {@code value} is the expected price in US dollars. */
    @Override
    public ObjectNode figures(Candidate candidate, List<Candidate> candidates, RoutingRequest request) {
        Price price = candidate.price();
        ObjectNode figures = Json.object()
                .put("value", candidate.expectedUsd(request))
                .put("input_tokens", request.inputTokens())
                .put("output_tokens", candidate.outputTokens(request))
                .put("input_per_1k", price == null ? null : (Double) price.inputPer1k())
                .put("output_per_1k", price == null ? null : (Double) price.outputPer1k());
        return figures.set("latency", scores.figures(candidate, request));
    }

    /** Who is not known yet is asked until enough of its answers are on their way, and then only after the others. */
    private double latency(Candidate candidate, RoutingRequest request) {
        if (scores.isKnown(candidate, request)) {
            return scores.score(candidate, request);
        }
        return scores.prospects(candidate, request) < LatencyScores.ENOUGH_SAMPLES ? 0 : Double.POSITIVE_INFINITY;
    }
}
