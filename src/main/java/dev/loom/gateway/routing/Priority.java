package dev.loom.gateway.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** {@code strategy: priority}: ascending, 1 first; equal priorities share the load by round robin. */
final class Priority implements Strategy {

    private final Rotation rotation = new Rotation();

    @Override
    public List<Candidate> order(List<Candidate> candidates, RoutingRequest request) {
        SortedMap<Integer, List<Candidate>> levels = new TreeMap<>();
        for (Candidate candidate : candidates) {
            levels.computeIfAbsent(candidate.traffic().config().priority(), key -> new ArrayList<>())
                    .add(candidate);
        }
        List<Candidate> order = new ArrayList<>(candidates.size());
        levels.values().forEach(equals -> order.addAll(rotation.rotated(equals)));
        return order;
    }
}
