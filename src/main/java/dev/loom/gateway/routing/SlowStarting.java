package dev.loom.gateway.routing;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code slow_start}: a provider that has just come back takes part with a probability that grows from 0 to 1; otherwise
 * it comes after all the others, and another strategy orders those as if it could not be used.
 */
final class SlowStarting implements Strategy {

    private final Strategy strategy;

    SlowStarting(Strategy strategy) {
        this.strategy = strategy;
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

    private static boolean isHeldBack(Candidate candidate, RoutingRequest request) {
        double share = candidate.traffic().slowStartShare();
        return share < 1 && candidate.usable() && request.random().nextDouble() >= share;
    }

    private static List<Candidate> replaced(List<Candidate> candidates, List<Candidate> heldBack) {
        return candidates.stream()
                .map(candidate -> heldBack.contains(candidate.asUnusable()) ? candidate.asUnusable() : candidate)
                .toList();
    }
}
