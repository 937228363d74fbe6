package dev.loom.gateway.routing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code strategy: weighted}: the usable providers share the load by weight; the rest of the order follows by weight. Each
 * set of usable providers has a schedule of its own.
 */
final class Weighted implements Strategy {

    private static final Comparator<Candidate> HEAVIEST_FIRST =
            Comparator.comparingInt(Weighted::weight).reversed();

    private final Map<List<String>, FairSchedule> schedules = new ConcurrentHashMap<>();

    @Override
    public List<Candidate> order(List<Candidate> candidates, RoutingRequest request) {
        List<Candidate> order = new ArrayList<>(candidates);
        order.sort(HEAVIEST_FIRST);
        List<Candidate> usable = order.stream()
                .filter(candidate -> candidate.usable() && weight(candidate) > 0)
                .toList();
        if (usable.size() > 1) {
            Candidate chosen = usable.get(schedule(usable).next());
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

    private static int weight(Candidate candidate) {
        return candidate.traffic().config().weight();
    }
}
