package dev.loom.gateway.routing;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** When one request's candidates may be tried again, as its client is told in {@code Retry-After}. */
record Recovery(PlanContext context, RoutingRequest request, Story story, RetryAfters retryAfters) {

    /**
     * When the same request would be tried if it came again. Of those who may ever serve it; empty where nobody may, or
     * nobody knows when.
     *
     * @param last who is asked when the others have failed; null where nobody is
     */
    Optional<Duration> soonest(List<Candidate> order, @Nullable Candidate last) {
        List<Candidate> able = able(order.stream()).toList();
        Stream<Duration> recovered = Stream.concat(able.stream(), able(Stream.ofNullable(last)))
                .filter(candidate -> !context.drained(candidate.traffic()))
                .map(candidate -> isSparedNow(candidate) ? retryAfters.remaining(candidate) : of(candidate));
        return Stream.concat(recovered, leastBadTried(able).stream()).min(Comparator.naturalOrder());
    }

    private Stream<Candidate> able(Stream<Candidate> candidates) {
        return candidates.filter(candidate -> !story.isHopeless(candidate));
    }

    /** When nothing but illness is left in anybody's way, so that the least bad is tried. */
    private Optional<Duration> leastBadTried(List<Candidate> able) {
        boolean ever = able.stream().noneMatch(candidate -> context.drained(candidate.traffic()))
                && able.stream().anyMatch(candidate -> context.mayProbe(candidate.traffic()));
        return ever
                ? able.stream()
                        .map(candidate -> longer(
                                retryAfters.remaining(candidate),
                                context.barred(candidate.traffic(), candidate.tokens(request))))
                        .max(Comparator.naturalOrder())
                : Optional.empty();
    }

    private boolean isSparedNow(Candidate candidate) {
        return context.skipReason(candidate.traffic()) == SkipReason.SPARED
                && candidate.traffic().limits().check(candidate.tokens(request)) == null;
    }

    /** When this one may be tried again. */
    Duration of(Candidate candidate) {
        return longer(
                retryAfters.remaining(candidate), context.recovery(candidate.traffic(), candidate.tokens(request)));
    }

    static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
