package dev.loom.gateway.replay;

import dev.loom.gateway.config.TimeoutsConfig;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.routing.Attempt;
import dev.loom.gateway.routing.Candidate;
import dev.loom.gateway.routing.Plan;
import dev.loom.gateway.routing.Step;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One client's request: does what the plan says, as the gateway's routes do, but on the event queue. */
final class ReplayedRequest {

    /**
     * What a provider does with a call.
     *
     * @param first to the first token, or to the failure
     * @param rest from the first token to the last
     * @param failure null for an answer
     */
    record Reply(Duration first, Duration rest, Usage usage, @Nullable Failure failure) {}

    private final Plan plan;
    private final EventQueue queue;
    private final Tally tally;
    private final Function<Candidate, Reply> providers;
    private final long startNanos;

    ReplayedRequest(Plan plan, EventQueue queue, Tally tally, Function<Candidate, Reply> providers) {
        this.plan = plan;
        this.queue = queue;
        this.tally = tally;
        this.providers = providers;
        this.startNanos = queue.nanoTime();
    }

    void next() {
        Step step = plan.next();
        if (step instanceof Attempt attempt) {
            call(attempt);
        } else if (step instanceof Step.Pause pause) {
            queue.after(pause.duration(), this::next);
        } else if (step instanceof Step.GiveUp giveUp) {
            tally.failed(giveUp.error().status());
        }
    }

    private void call(Attempt attempt) {
        if (!attempt.candidate().traffic().breaker().tryAcquirePermission()) {
            next();
            return;
        }
        attempt.admitted();
        attempt.calling();
        Reply reply = providers.apply(attempt.candidate());
        Duration awaited = plan.request().stream() || reply.failure() != null
                ? reply.first()
                : reply.first().plus(reply.rest());
        Duration own = timeout(attempt);
        Duration left = plan.remaining();
        Duration longest = own.compareTo(left) < 0 ? own : left;
        if (awaited.compareTo(longest) > 0) {
            queue.after(longest, () -> timedOut(attempt, longest.compareTo(own.dividedBy(2)) < 0));
        } else {
            queue.after(
                    awaited,
                    () -> answered(
                            attempt, reply, reply.first().plus(reply.rest()).minus(awaited)));
        }
    }

    private Duration timeout(Attempt attempt) {
        TimeoutsConfig timeouts = attempt.candidate().target().timeouts();
        return plan.request().stream() ? timeouts.firstToken() : timeouts.response();
    }

    /** @param cutShort the deadline of the request came so early that the provider is not to blame */
    private void timedOut(Attempt attempt, boolean cutShort) {
        Failure failure = Failure.timedOut("The provider did not answer in time");
        if (cutShort) {
            attempt.failedWithoutBlame(failure);
        } else {
            attempt.failed(failure);
        }
        next();
    }

    private void answered(Attempt attempt, Reply reply, Duration rest) {
        if (reply.failure() != null) {
            attempt.failed(reply.failure());
            next();
            return;
        }
        attempt.committed();
        queue.after(rest, () -> {
            attempt.completed(reply.usage());
            tally.answered(Duration.ofNanos(queue.nanoTime() - startNanos));
        });
    }
}
