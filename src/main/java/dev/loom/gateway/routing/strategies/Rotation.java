package dev.loom.gateway.routing.strategies;

import dev.loom.gateway.routing.Candidate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;

/**
 * An exact rotation for each set of candidates, also under concurrency: one atomic counter for each. Sets are few: as
 * many as there are different lists of providers that serve a model.
 */
final class Rotation {

    private final Map<List<String>, AtomicLong> turns;
    private final Map<List<String>, AtomicLong> standIns;
    private final ToLongFunction<AtomicLong> read;

    Rotation() {
        this(new ConcurrentHashMap<>(), new ConcurrentHashMap<>(), AtomicLong::getAndIncrement);
    }

    private Rotation(
            Map<List<String>, AtomicLong> turns,
            Map<List<String>, AtomicLong> standIns,
            ToLongFunction<AtomicLong> read) {
        this.turns = turns;
        this.standIns = standIns;
        this.read = read;
    }

    /** A look at the same counters that moves none of them. */
    Rotation frozen() {
        return new Rotation(turns, standIns, AtomicLong::get);
    }

    /**
     * The list turned by one place more than the last time that the same providers were given. The turns of one that
     * cannot be used now go round among the others, so that its neighbour does not get them all.
     */
    List<Candidate> rotated(List<Candidate> candidates) {
        List<Candidate> order = turned(candidates, turns);
        if (order.isEmpty() || order.get(0).usable()) {
            return order;
        }
        List<Candidate> usable = candidates.stream().filter(Candidate::usable).toList();
        List<Candidate> instead = new ArrayList<>(order);
        instead.removeAll(usable);
        instead.addAll(1, turned(usable, standIns));
        return instead;
    }

    /** 0, 1, 2 and so on: how often these providers have had a turn. */
    long turn(List<Candidate> candidates) {
        return turn(candidates, turns);
    }

    private List<Candidate> turned(List<Candidate> candidates, Map<List<String>, AtomicLong> counters) {
        List<Candidate> order = new ArrayList<>(candidates);
        if (order.size() > 1) {
            Collections.rotate(order, (int) -(turn(candidates, counters) % order.size()));
        }
        return order;
    }

    private long turn(List<Candidate> candidates, Map<List<String>, AtomicLong> counters) {
        List<String> set = candidates.stream().map(Candidate::provider).toList();
        return read.applyAsLong(counters.computeIfAbsent(set, key -> new AtomicLong()));
    }
}
