package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.observe.RequestTrace;
import dev.loom.gateway.camel.port.Printable;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.routing.Attempt;
import dev.loom.gateway.routing.FinalError;
import dev.loom.gateway.routing.Step;
import dev.loom.gateway.routing.TrailEntry;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** {@code loomNextCandidate}: asks the plan whom to try now; ends the request when nobody is left. */
public final class NextCandidate implements Processor {

    @Override
    public void process(Exchange exchange) throws RequestEnded, InterruptedException {
        Call call = Call.of(exchange);
        RequestTrace trace = call.trace();
        if (trace != null) {
            trace.endAttempt();
        }
        Step step = call.plan().next();
        requireRoom(call, step);
        while (step instanceof Step.Pause pause
                && call.client().pause(pause.duration().toNanos())) {
            step = call.plan().next();
        }
        if (call.client().hungUp()) {
            throw RequestEnded.clientGone();
        }
        if (call.client().stopped()) {
            throw RequestEnded.stopping();
        }
        if (step instanceof Step.GiveUp giveUp) {
            throw RequestEnded.with(reply(giveUp.error(), call));
        }
        Attempt attempt = (Attempt) step;
        call.attempt(attempt);
        exchange.setProperty(Facts.PROVIDER, attempt.candidate().provider());
    }

    /** The provider's limits have been asked by now, too: from here on it is one wait for all. */
    private static void requireRoom(Call call, Step step) throws RequestEnded {
        try {
            call.awaited().check();
        } catch (RequestEnded e) {
            if (step instanceof Attempt attempt) {
                attempt.released();
            }
            throw e;
        }
    }

    private static Reply reply(FinalError error, Call call) {
        Reply reply =
                Reply.json(error.status(), error.toBody()).with("x-loom-attempts", Integer.toString(call.attempts()));
        TrailEntry relayed = error.relayed();
        if (relayed != null) {
            reply = reply.with("x-loom-provider", relayed.provider())
                    .with("x-loom-model", Printable.of(relayed.model()));
        }
        String seconds = seconds(error.retryAfter());
        if (seconds != null) {
            reply = reply.with("Retry-After", seconds);
        }
        return error.mustNotRetry() ? reply.with("x-should-retry", "false") : reply;
    }

    /** Rounded up: a client that comes back on the second must find the door open. */
    private static @Nullable String seconds(@Nullable Duration duration) {
        return duration == null
                ? null
                : Long.toString(Math.max(1, duration.plusMillis(999).toSeconds()));
    }
}
