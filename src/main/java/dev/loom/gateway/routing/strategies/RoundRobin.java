package dev.loom.gateway.routing.strategies;

import dev.loom.gateway.routing.Candidate;
import dev.loom.gateway.routing.RoutingRequest;
import dev.loom.gateway.routing.Strategy;
import java.util.List;

/** {@code strategy: round_robin}: everyone in turn. */
final class RoundRobin implements Strategy {

    private final Rotation rotation;

    RoundRobin(Rotation rotation) {
        this.rotation = rotation;
    }

    @Override
    public List<Candidate> order(List<Candidate> candidates, RoutingRequest request) {
        return rotation.rotated(candidates);
    }

    @Override
    public Strategy frozen() {
        return new RoundRobin(rotation.frozen());
    }
}
