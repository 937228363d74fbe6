package dev.loom.gateway.simulation;

import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.routing.Attempt;
import dev.loom.gateway.routing.ModelNotServed;
import dev.loom.gateway.routing.Plan;
import dev.loom.gateway.routing.Step;
import java.time.Duration;

/** One client's stream: does what the plan says, as the gateway's routes do, but on the event queue. */
final class SimulatedRequest {

    private final Simulation simulation;
    private final Plan plan;
    private final Duration start;

    SimulatedRequest(Simulation simulation, ChatRequest chat) {
        this.simulation = simulation;
        this.start = simulation.now();
        try {
            this.plan = simulation.planner().plan(chat);
        } catch (ModelNotServed e) {
            throw new AssertionError(e);
        }
    }

    void start() {
        simulation.result().request();
        next();
    }

    private void next() {
        simulation.afterRoundTrip(this::step);
    }

    private void step() {
        Step step = plan.next();
        if (step instanceof Attempt attempt) {
            call(attempt);
        } else if (step instanceof Step.Pause pause) {
            simulation.queue().after(pause.duration(), this::next);
        } else {
            simulation.result().failure(start);
        }
    }

    private void call(Attempt attempt) {
        if (!attempt.candidate().traffic().breaker().tryAcquirePermission()) {
            next();
            return;
        }
        attempt.admitted();
        attempt.calling();
        simulation.result().call(attempt.candidate().provider(), simulation.now());
        Answer answer = simulation.answer(attempt.candidate());
        Duration timeout = timeout(attempt);
        if (answer.first().compareTo(timeout) > 0) {
            simulation.queue().after(timeout, () -> failed(attempt, Failure.timedOut("simulated")));
        } else {
            simulation.queue().after(answer.first(), () -> first(attempt, answer));
        }
    }

    private Duration timeout(Attempt attempt) {
        Duration firstToken = attempt.candidate().target().provider().timeouts().firstToken();
        return firstToken.compareTo(plan.remaining()) < 0 ? firstToken : plan.remaining();
    }

    private void failed(Attempt attempt, Failure failure) {
        attempt.failed(failure);
        next();
    }

    private void first(Attempt attempt, Answer answer) {
        if (answer.failure() != null) {
            failed(attempt, answer.failure());
            return;
        }
        attempt.committed();
        simulation.result().firstToken(simulation.now().minus(start));
        simulation.queue().after(answer.rest(), () -> last(attempt, answer));
    }

    private void last(Attempt attempt, Answer answer) {
        Usage usage = new Usage(plan.request().inputTokens(), answer.tokensSent(), 0);
        if (answer.breaks()) {
            attempt.broken(Failure.transientFailure("simulated"), usage);
            simulation.result().failure(start);
        } else {
            attempt.completed(usage);
            simulation.result().success(simulation.now().minus(start));
        }
    }
}
