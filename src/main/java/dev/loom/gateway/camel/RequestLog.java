package dev.loom.gateway.camel;

import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.routing.Attempt;
import dev.loom.gateway.routing.Plan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each request, at INFO: id, model, provider, attempts, status, tokens, milliseconds. */
final class RequestLog {

    private static final Logger LOG = LoggerFactory.getLogger("dev.loom.gateway.requests");

    void write(Call call) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        ApiRequest request = call.requestIfRead();
        Plan plan = call.planIfMade();
        Attempt attempt = call.attemptIfAny();
        Usage usage = attempt == null ? null : attempt.usage();
        LOG.info(
                "{} model={} provider={} attempts={} status={} tokens={}/{} ms={}",
                call.id(),
                request == null ? "-" : AnswerHeaders.printable(request.model()),
                attempt == null ? "-" : attempt.candidate().provider(),
                plan == null ? 0 : plan.attempts(),
                call.hungUp() ? "hang-up" : call.status(),
                usage == null ? 0 : usage.input(),
                usage == null ? 0 : usage.output(),
                call.millis());
    }
}
