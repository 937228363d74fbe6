package dev.loom.gateway.routing.strategies;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.routing.Candidate;
import dev.loom.gateway.routing.RoutingRequest;
import dev.loom.gateway.routing.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** {@code strategy: priority}: ascending, 1 first; equal priorities share the load by round robin. */
final class Priority implements Strategy {

    private final Rotation rotation;

    Priority(Rotation rotation) {
        this.rotation = rotation;
    }

    @Override
    public List<Candidate> order(List<Candidate> candidates, RoutingRequest request) {
        SortedMap<Integer, List<Candidate>> levels = new TreeMap<>();
        for (Candidate candidate : candidates) {
            levels.computeIfAbsent(priority(candidate), key -> new ArrayList<>())
                    .add(candidate);
        }
        List<Candidate> order = new ArrayList<>(candidates.size());
        levels.values().forEach(equals -> order.addAll(rotation.rotated(equals)));
        return order;
    }

    private static int priority(Candidate candidate) {
        return candidate.traffic().config().priority();
    }

    @Override
    public Strategy frozen() {
        return new Priority(rotation.frozen());
    }

    @Override
    public ObjectNode figures(Candidate candidate, List<Candidate> candidates, RoutingRequest request) {
        return Json.object().put("value", priority(candidate));
    }
}
