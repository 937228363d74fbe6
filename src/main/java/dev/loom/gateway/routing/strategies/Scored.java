package dev.loom.gateway.routing.strategies;

import dev.loom.gateway.routing.Candidate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** A candidate with its figures as they were when they were read: a sort must not see them change. */
record Scored(Candidate candidate, double first, double second) {

    private static final Comparator<Scored> ASCENDING =
            Comparator.comparingDouble(Scored::first).thenComparingDouble(Scored::second);

    /** A new list, the lowest first figure first, and by the second where the first is equal. */
    static List<Candidate> ascending(
            List<Candidate> candidates, ToDoubleFunction<Candidate> first, ToDoubleFunction<Candidate> second) {
        return candidates.stream()
                .map(candidate ->
                        new Scored(candidate, first.applyAsDouble(candidate), second.applyAsDouble(candidate)))
                .sorted(ASCENDING)
                .map(Scored::candidate)
                .collect(Collectors.toCollection(ArrayList::new));
    }
}
