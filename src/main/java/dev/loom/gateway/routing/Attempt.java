package dev.loom.gateway.routing;

import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.traffic.Limits;
import dev.loom.gateway.traffic.ProviderTraffic;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One call of one provider, from the moment its limits were taken to the last byte. Whoever makes the call reports here,
 * in this order: {@link #admitted}, {@link #calling}, {@link #committed}, and then exactly one of the endings; what comes
 * after an ending is ignored. Breaker, limits, cool-down and statistics follow from the reports. Long, because each ending
 * settles all of them, in an order that must not differ.
 */
public final class Attempt implements Step {

    private enum Phase {
        RESERVED,
        ADMITTED,
        CALLING,
        COMMITTED,
        ENDED
    }

    private final Plan plan;
    private final PlanContext context;
    private final Candidate candidate;
    private final Limits.Reservation reservation;
    private final Books books;
    private final Target target;

    /** It is the second call of an attempt whose first one counts for both. */
    private final boolean again;

    private Phase phase = Phase.RESERVED;
    private long breakerEpoch;
    private long startNanos;
    private @Nullable Duration firstToken;
    private @Nullable Usage usage;
    private @Nullable Outcome outcome;

    Attempt(Plan plan, PlanContext context, Candidate candidate, Limits.Reservation reservation, boolean stream) {
        this(
                plan,
                context,
                candidate,
                reservation,
                new Books(candidate, context.observer(), stream),
                candidate.target(),
                false);
    }

    private Attempt(
            Plan plan,
            PlanContext context,
            Candidate candidate,
            Limits.Reservation reservation,
            Books books,
            Target target,
            boolean again) {
        this.plan = plan;
        this.context = context;
        this.candidate = candidate;
        this.target = target;
        this.reservation = reservation;
        this.books = books;
        this.again = again;
        this.startNanos = context.time().nanoTime();
    }

    public Candidate candidate() {
        return candidate;
    }

    /** Whom it asks, as that provider was known when the attempt began. */
    public Target target() {
        return target;
    }

    /** Tokens of the answer; null as long as nothing is known of them. */
    public @Nullable Usage usage() {
        return usage;
    }

    /** US dollars; null where no price is configured, or as long as nothing is known of the answer's tokens. */
    public @Nullable Double costUsd() {
        Usage known = usage;
        return known == null ? null : candidate.costUsd(known);
    }

    /** From the call to the answer's first content; null as long as there is none. */
    public @Nullable Duration firstToken() {
        return firstToken;
    }

    /** What it came to; null as long as it runs, and where it counts for nobody. */
    public @Nullable Outcome outcome() {
        return outcome;
    }

    /** Since the call began. */
    public Duration elapsed() {
        return Duration.ofNanos(context.time().nanoTime() - startNanos);
    }

    /** The circuit breaker let it through. */
    public void admitted() {
        if (phase == Phase.RESERVED) {
            breakerEpoch = traffic().breaker().epoch();
            phase = Phase.ADMITTED;
        }
    }

    /** The request goes out now. */
    public void calling() {
        if (phase == Phase.ADMITTED) {
            phase = Phase.CALLING;
            startNanos = context.time().nanoTime();
            if (!again) {
                plan.called(candidate);
                traffic().counters().began();
            }
        }
    }

    /**
     * The provider refused something that the request can do without, so it is asked once more at once. What was taken
     * and counted for this call stands for the next one too, and nothing is recorded against the provider.
     *
     * @param refused what the next call does without
     */
    public void repeat(String refused) {
        if (phase == Phase.CALLING) {
            phase = Phase.ENDED;
            traffic().breaker().release(breakerEpoch);
            plan.repeat(new Attempt(plan, context, candidate, reservation, books, target.without(refused), true));
        }
    }

    /** The answer is good and on its way to the client: from here on nothing is retried. */
    public void committed() {
        if (phase != Phase.CALLING) {
            return;
        }
        phase = Phase.COMMITTED;
        Duration elapsed = elapsed();
        firstToken = elapsed;
        traffic().breaker().success(breakerEpoch);
        books.committed(elapsed);
        plan.succeeded(candidate, elapsed.toMillis());
    }

    /** The last byte has gone to the client. Without usage from the provider the estimate stands. */
    public void completed(@Nullable Usage reported) {
        if (end()) {
            settle(reported);
            if (mayHaveTokens()) {
                books.completed(elapsed(), reported);
            }
            count(Outcome.SUCCESS, reported);
        }
    }

    /** Embeddings have none, and would spoil the figures for the time that a token takes. */
    private boolean mayHaveTokens() {
        Integer most = plan.request().maxTokens();
        return most == null || most > 0;
    }

    /**
     * No answer. One that comes before the call counts as a call, so that attempts are used up by it.
     *
     * @return true if the request may go on to the next candidate, false if the client gets this failure
     */
    public boolean failed(Failure failure) {
        return failed(failure, true, null);
    }

    /** As {@link #failed(Failure)}, after the provider has said that it used so many tokens. */
    public boolean failed(Failure failure, @Nullable Usage reported) {
        return failed(failure, true, reported);
    }

    /** As {@link #failed}, but the provider is not to blame: it had too little time, or its answer found no room. */
    public boolean failedWithoutBlame(Failure failure) {
        return failed(failure, false, null);
    }

    private boolean failed(Failure failure, boolean blamed, @Nullable Usage reported) {
        if (phase == Phase.COMMITTED) {
            broken(failure, reported);
        }
        calling();
        if (!end()) {
            return false;
        }
        reservation.settle(reported == null ? 0 : reported.input() + reported.output());
        reservation.release();
        if (blamed) {
            books.failed(failure, breakerEpoch, elapsed());
        } else {
            traffic().breaker().release(breakerEpoch);
        }
        count(failure.outcome(), reported);
        return plan.failed(candidate, failure, elapsed().toMillis());
    }

    /** The stream broke after its first content; the client has been told. */
    public void broken(Failure failure, @Nullable Usage seen) {
        if (isCommitted()) {
            plan.broke(candidate, failure);
        }
        if (end()) {
            settle(seen);
            books.failed(failure, breakerEpoch, elapsed());
            count(failure.outcome(), seen);
        }
    }

    /** The client left. The tokens seen so far are accounted. */
    public void hungUp(@Nullable Usage seen) {
        if (phase.compareTo(Phase.CALLING) < 0) {
            cancel();
            return;
        }
        boolean committed = phase == Phase.COMMITTED;
        Usage used = seen != null ? seen : new Usage(plan.request().inputTokens(), 0, 0);
        if (end()) {
            if (!committed) {
                traffic().breaker().release(breakerEpoch);
            }
            settle(used);
            count(Outcome.HANG_UP, used);
        }
    }

    /** Over through no doing of the provider or the client: the gateway stops, or has failed itself. Counts for nobody. */
    public void released() {
        released(null);
    }

    /** As {@link #released()}, after so much of an answer: it is accounted all the same. */
    public void released(@Nullable Usage seen) {
        if (phase.compareTo(Phase.CALLING) < 0) {
            cancel();
        } else if (end()) {
            traffic().breaker().release(breakerEpoch);
            settle(seen);
            usage = seen;
            books.released(seen);
            if (seen != null) {
                plan.spent(candidate, seen);
            }
        }
    }

    /** True once the client has begun to get the answer. */
    public boolean isCommitted() {
        return phase == Phase.COMMITTED;
    }

    /** The provider's dialect cannot express the request; the provider was not called. */
    public void unsupported(ApiError error) {
        if (phase.compareTo(Phase.CALLING) < 0) {
            cancel();
            plan.unsupported(candidate, error);
        }
    }

    /** Whoever made the call has left it as it is. @return true if the circuit breaker had not let it through */
    boolean abandon() {
        boolean refused = phase == Phase.RESERVED;
        hungUp(null);
        return refused;
    }

    /** The provider was not called: everything that was taken goes back. */
    private void cancel() {
        if (phase == Phase.ADMITTED) {
            traffic().breaker().release(breakerEpoch);
        }
        phase = Phase.ENDED;
        reservation.cancel();
        if (again) {
            traffic().counters().ended();
        }
    }

    private boolean end() {
        boolean first = phase != Phase.ENDED;
        phase = Phase.ENDED;
        return first;
    }

    private void settle(@Nullable Usage used) {
        if (used != null) {
            reservation.settle(used.input() + used.output());
        }
        reservation.release();
    }

    private void count(Outcome reached, @Nullable Usage counted) {
        usage = counted;
        outcome = reached;
        books.ended(reached, counted, elapsed());
        if (counted != null) {
            plan.spent(candidate, counted);
        }
    }

    private ProviderTraffic traffic() {
        return candidate.traffic();
    }
}
