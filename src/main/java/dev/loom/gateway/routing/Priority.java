package dev.loom.gateway.routing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** {@code strategy: priority}: ascending, 1 first; equal priorities share the load by round robin. */
final class Priority implements Strategy {

    private final Rotation rotation = new Rotation();

    @Override
    public List<Candidate> order(List<Candidate> candidates, RoutingRequest request) {
        List<Candidate> order = new ArrayList<>(candidates);
        order.sort(Comparator.comparingInt(
                candidate -> candidate.traffic().config().priority()));
        for (int from = 0, to; from < order.size(); from = to) {
            to = endOfEquals(order, from);
            if (to - from > 1) {
                rotation.rotate(order.subList(from, to));
            }
        }
        return order;
    }

    private static int endOfEquals(List<Candidate> order, int from) {
        int priority = order.get(from).traffic().config().priority();
        int to = from + 1;
        while (to < order.size() && order.get(to).traffic().config().priority() == priority) {
            to++;
        }
        return to;
    }
}
