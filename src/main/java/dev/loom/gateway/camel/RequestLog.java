package dev.loom.gateway.camel;

import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.routing.Attempt;
import dev.loom.gateway.routing.Plan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each request, at INFO: id, model, provider, attempts, status, tokens, milliseconds. */
final class RequestLog {

    private static final Logger LOG = LoggerFactory.getLogger("dev.loom.gateway.requests");
    private static final Logger PROMPTS = LoggerFactory.getLogger("dev.loom.gateway.prompts");

    void write(Call call) {
        writePrompt(call);
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

    /** Only with {@code logging.prompts}; JSON has no line breaks of its own, so that each stays one line. */
    private static void writePrompt(Call call) {
        String transcript = call.transcript();
        if (transcript != null && call.requestIfRead() instanceof ChatRequest request) {
            PROMPTS.info("{} prompt {}", call.id(), request.tree().path("messages"));
            PROMPTS.info("{} answer {}", call.id(), transcript);
        }
    }
}
