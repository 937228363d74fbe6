package dev.loom.gateway.routing.strategies;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.routing.Candidate;
import dev.loom.gateway.routing.RoutingRequest;
import dev.loom.gateway.routing.Strategy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * {@code strategy: latency}: the fastest first. Providers of whom too little is known follow, and one of them is explored:
 * one request in ten goes to it first.
 */
final class Latency implements Strategy {

    private static final int EXPLORED_ONE_IN = 10;

    /** While enough of the explored provider's answers are still awaited, one turn in so many goes to it all the same. */
    private static final int AWAITED_ONE_IN = 100;

    private final LatencyScores scores;
    private final Rotation arrivals;
    private final Rotation explorations;

    Latency(LatencyScores scores) {
        this(scores, new Rotation(), new Rotation());
    }

    private Latency(LatencyScores scores, Rotation arrivals, Rotation explorations) {
        this.scores = scores;
        this.arrivals = arrivals;
        this.explorations = explorations;
    }

    @Override
    public Strategy frozen() {
        return new Latency(scores, arrivals.frozen(), explorations.frozen());
    }

    /** {@code value} is in milliseconds, weighed by the load. */
    @Override
    public ObjectNode figures(Candidate candidate, List<Candidate> candidates, RoutingRequest request) {
        return scores.figures(candidate, request);
    }

    @Override
    public List<Candidate> order(List<Candidate> candidates, RoutingRequest request) {
        List<Candidate> known = new ArrayList<>();
        List<Candidate> unknown = new ArrayList<>();
        for (Candidate candidate : candidates) {
            (scores.isKnown(candidate, request) ? known : unknown).add(candidate);
        }
        boolean anyKnown = known.stream().anyMatch(Candidate::usable);
        List<Candidate> order = Scored.ascending(known, candidate -> scores.score(candidate, request), candidate -> 0);
        order.addAll(byProspects(unknown, request));
        if (anyKnown) {
            explored(unknown, request).ifPresent(candidate -> {
                order.remove(candidate);
                order.add(0, candidate);
            });
        }
        return order;
    }

    /** Who has answered or been asked least comes first. */
    private List<Candidate> byProspects(List<Candidate> unknown, RoutingRequest request) {
        List<Candidate> order = unknown.size() > 1 ? arrivals.rotated(unknown) : unknown;
        return Scored.ascending(order, candidate -> scores.prospects(candidate, request), candidate -> 0);
    }

    /** A provider that never answers in time must not draw a tenth of the load until its first timeouts come in. */
    private Optional<Candidate> explored(List<Candidate> unknown, RoutingRequest request) {
        List<Candidate> usable = unknown.stream().filter(Candidate::usable).toList();
        if (usable.isEmpty()) {
            return Optional.empty();
        }
        long turn = explorations.turn(usable);
        return usable.stream()
                .min(Comparator.comparingLong(candidate -> scores.prospects(candidate, request)))
                .filter(candidate -> turn % oneIn(candidate, request) == 0);
    }

    private int oneIn(Candidate candidate, RoutingRequest request) {
        return scores.prospects(candidate, request) < LatencyScores.ENOUGH_SAMPLES ? EXPLORED_ONE_IN : AWAITED_ONE_IN;
    }
}
