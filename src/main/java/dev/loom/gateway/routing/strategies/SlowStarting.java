package dev.loom.gateway.routing.strategies;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.routing.Candidate;
import dev.loom.gateway.routing.RoutingRequest;
import dev.loom.gateway.routing.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * {@code slow_start}: a provider that has just come back takes part with a probability that grows from 0 to 1; otherwise
 * it comes after all the others, and another strategy orders those as if it could not be used.
 */
final class SlowStarting implements Strategy {

    /** Foretold is what is likelier. */
    private static final double EVEN_CHANCE = 0.5;

    private final Strategy strategy;
    private final ToDoubleFunction<RoutingRequest> chance;

    SlowStarting(Strategy strategy) {
        this(strategy, request -> request.random().nextDouble());
    }

    private SlowStarting(Strategy strategy, ToDoubleFunction<RoutingRequest> chance) {
        this.strategy = strategy;
        this.chance = chance;
    }

    @Override
    public Strategy frozen() {
        return new SlowStarting(strategy.frozen(), request -> EVEN_CHANCE);
    }

    @Override
    public ObjectNode figures(Candidate candidate, List<Candidate> candidates, RoutingRequest request) {
        return strategy.figures(candidate, candidates, request)
                .put("slow_start_share", candidate.traffic().slowStartShare());
    }

    @Override
    public List<Candidate> order(List<Candidate> candidates, RoutingRequest request) {
        List<Candidate> heldBack = candidates.stream()
                .filter(candidate -> isHeldBack(candidate, request))
                .map(Candidate::asUnusable)
                .toList();
        if (heldBack.isEmpty()) {
            return strategy.order(candidates, request);
        }
        List<Candidate> order = new ArrayList<>(strategy.order(replaced(candidates, heldBack), request));
        order.removeAll(heldBack);
        order.addAll(heldBack);
        return order;
    }

    private boolean isHeldBack(Candidate candidate, RoutingRequest request) {
        double share = candidate.traffic().slowStartShare();
        return share < 1 && candidate.usable() && chance.applyAsDouble(request) >= share;
    }

    private static List<Candidate> replaced(List<Candidate> candidates, List<Candidate> heldBack) {
        return candidates.stream()
                .map(candidate -> heldBack.contains(candidate.asUnusable()) ? candidate.asUnusable() : candidate)
                .toList();
    }
}
