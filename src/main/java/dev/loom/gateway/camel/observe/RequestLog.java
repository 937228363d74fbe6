package dev.loom.gateway.camel.observe;

import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each request, at INFO: model, provider, attempts, status, tokens, milliseconds; its id is in the MDC. */
public final class RequestLog {

    private static final Logger LOG = LoggerFactory.getLogger("dev.loom.gateway.requests");
    private static final Logger PROMPTS = LoggerFactory.getLogger("dev.loom.gateway.prompts");

    public void write(FinishedRequest request) {
        LOG.info(
                "model={} provider={} attempts={} status={} tokens={}/{} ms={}",
                Objects.requireNonNullElse(request.model(), "-"),
                Objects.requireNonNullElse(request.provider(), "-"),
                request.attempts(),
                request.status() == null ? "hang-up" : request.status(),
                request.inputTokens(),
                request.outputTokens(),
                request.millis());
    }

    /**
     * What was asked and answered; JSON has no line breaks of its own, so that each stays one line.
     *
     * @param transcript null without {@code logging.prompts}
     */
    public void writePrompt(@Nullable ApiRequest asked, @Nullable String transcript) {
        if (transcript != null && asked instanceof ChatRequest request) {
            PROMPTS.info("prompt {}", request.tree().path("messages"));
            PROMPTS.info("answer {}", transcript);
        }
    }
}
