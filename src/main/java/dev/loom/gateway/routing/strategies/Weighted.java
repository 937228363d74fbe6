package dev.loom.gateway.routing.strategies;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.routing.Candidate;
import dev.loom.gateway.routing.RoutingRequest;
import dev.loom.gateway.routing.Strategy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;

/**
 * {@code strategy: weighted}: the usable providers share the load by weight; the rest of the order follows by weight. Each
 * set of usable providers has a schedule of its own.
 */
final class Weighted implements Strategy {

    private static final Comparator<Candidate> HEAVIEST_FIRST =
            Comparator.comparingInt(Weighted::weight).reversed();

    private final Map<List<String>, FairSchedule> schedules;
    private final ToIntFunction<FairSchedule> turn;

    Weighted() {
        this(new ConcurrentHashMap<>(), FairSchedule::next);
    }

    private Weighted(Map<List<String>, FairSchedule> schedules, ToIntFunction<FairSchedule> turn) {
        this.schedules = schedules;
        this.turn = turn;
    }

    @Override
    public List<Candidate> order(List<Candidate> candidates, RoutingRequest request) {
        List<Candidate> order = new ArrayList<>(candidates);
        order.sort(HEAVIEST_FIRST);
        List<Candidate> usable = order.stream().filter(Weighted::takesPart).toList();
        if (usable.size() > 1) {
            Candidate chosen = usable.get(turn.applyAsInt(schedule(usable)));
            order.remove(chosen);
            order.add(0, chosen);
        }
        return order;
    }

    private FairSchedule schedule(List<Candidate> usable) {
        List<String> set = usable.stream().map(Candidate::provider).toList();
        return schedules.computeIfAbsent(
                set,
                key -> new FairSchedule(
                        usable.stream().mapToInt(Weighted::weight).toArray()));
    }

    @Override
    public Strategy frozen() {
        return new Weighted(schedules, FairSchedule::peek);
    }

    /** {@code value} is the share, 0 to 1, among those that can be used now. */
    @Override
    public ObjectNode figures(Candidate candidate, List<Candidate> candidates, RoutingRequest request) {
        double total = candidates.stream()
                .filter(Weighted::takesPart)
                .mapToInt(Weighted::weight)
                .sum();
        return Json.object()
                .put("value", takesPart(candidate) ? weight(candidate) / total : 0)
                .put("weight", weight(candidate));
    }

    private static boolean takesPart(Candidate candidate) {
        return candidate.usable() && weight(candidate) > 0;
    }

    private static int weight(Candidate candidate) {
        return candidate.traffic().config().weight();
    }
}
