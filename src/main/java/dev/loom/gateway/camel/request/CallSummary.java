package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.observe.FinishedRequest;
import dev.loom.gateway.camel.port.Printable;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.routing.Attempt;
import dev.loom.gateway.routing.Spending;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What is told of a request now that it is over, in the log, the history, traces and {@code loom-on-finished}. */
final class CallSummary {

    private CallSummary() {}

    static FinishedRequest of(Call call) {
        ApiRequest request = call.requestIfRead();
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
                call.attempts(),
                call.client().hungUp() ? null : (Integer) call.client().status(),
                usage(call, last),
                costUsd(call, last),
                last == null ? null : firstTokenMillis(last),
                millis,
                call.trail());
    }

    /** Of the last call, and of all that plans before the last one have used. */
    private static @Nullable Usage usage(Call call, @Nullable Attempt last) {
        Usage usage = last == null ? null : last.usage();
        for (Spending spending : earlier(call)) {
            usage = usage == null ? spending.usage() : usage.plus(spending.usage());
        }
        return usage;
    }

    private static @Nullable Double costUsd(Call call, @Nullable Attempt last) {
        Double cost = last == null ? null : last.costUsd();
        for (Spending spending : earlier(call)) {
            if (spending.price() != null) {
                cost = (cost == null ? 0 : cost) + spending.costUsd();
            }
        }
        return cost;
    }

    private static List<Spending> earlier(Call call) {
        return call.earlierPlans().stream()
                .flatMap(plan -> plan.spendings().stream())
                .toList();
    }

    private static @Nullable Long firstTokenMillis(Attempt attempt) {
        Duration firstToken = attempt.firstToken();
        return firstToken == null ? null : (Long) firstToken.toMillis();
    }
}
