package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.observe.FinishedRequest;
import dev.loom.gateway.camel.port.Printable;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.routing.Attempt;
import dev.loom.gateway.routing.Plan;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What is told of a request now that it is over, in the log, the history, traces and {@code loom-on-finished}. */
final class CallSummary {

    private CallSummary() {}

    static FinishedRequest of(Call call) {
        ApiRequest request = call.requestIfRead();
        Plan plan = call.planIfMade();
        Attempt last = call.attemptIfAny();
        long millis = TimeUnit.NANOSECONDS.toMillis(call.elapsedNanos());
        return new FinishedRequest(
                call.id(),
                call.gateway().time().instant().minusMillis(millis),
                call.surfaceName(),
                call.clientName(),
                call.account(),
                request == null ? null : Printable.of(request.model()),
                request != null && request.stream(),
                last == null ? null : last.candidate().provider(),
                plan == null ? 0 : plan.attempts(),
                call.client().hungUp() ? null : (Integer) call.client().status(),
                last == null ? null : last.usage(),
                last == null ? null : last.costUsd(),
                last == null ? null : firstTokenMillis(last),
                millis,
                plan == null ? List.of() : plan.trail());
    }

    private static @Nullable Long firstTokenMillis(Attempt attempt) {
        Duration firstToken = attempt.firstToken();
        return firstToken == null ? null : (Long) firstToken.toMillis();
    }
}
