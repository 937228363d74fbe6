package dev.loom.gateway.routing.strategies;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.routing.Candidate;
import dev.loom.gateway.routing.RoutingRequest;
import dev.loom.gateway.routing.Strategy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** {@code strategy: priority}: ascending, 1 first; equal priorities share the load by round robin. */
final class Priority implements Strategy {

    private final Rotation rotation;

    Priority(Rotation rotation) {
        this.rotation = rotation;
    }

    @Override
    public List<Candidate> order(List<Candidate> candidates, RoutingRequest request) {
        List<Candidate> order = new ArrayList<>(candidates);
        order.sort(Comparator.comparingInt(Priority::priority));
        for (int from = 0, to; from < order.size(); from = to) {
            to = endOfLevel(order, from);
            if (to - from > 1) {
                List<Candidate> equals = order.subList(from, to);
                Collections.copy(equals, rotation.rotated(equals));
            }
        }
        return order;
    }

    /** Behind the last candidate of the same priority. */
    private static int endOfLevel(List<Candidate> order, int from) {
        int to = from + 1;
        while (to < order.size() && priority(order.get(to)) == priority(order.get(from))) {
            to++;
        }
        return to;
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
