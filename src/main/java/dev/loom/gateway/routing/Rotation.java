package dev.loom.gateway.routing;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * An exact rotation for each set of candidates, also under concurrency. Sets are few: as many as there are different
 * lists of providers that serve a model.
 */
final class Rotation {

    private final Map<String, AtomicLong> turns = new ConcurrentHashMap<>();

    /** Turns the list by one place more than the last time that the same providers were given. */
    void rotate(List<Candidate> candidates) {
        String set = candidates.stream().map(Candidate::provider).collect(Collectors.joining(","));
        long turn = turns.computeIfAbsent(set, key -> new AtomicLong()).getAndIncrement();
        Collections.rotate(candidates, (int) -Math.floorMod(turn, (long) candidates.size()));
    }
}
