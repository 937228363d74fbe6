package dev.loom.gateway.camel.observe;

import static java.util.Objects.requireNonNullElse;

import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.ChatRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** One line for each request, at INFO: model, provider, attempts, status, tokens, milliseconds; its id is in the MDC. */
public final class RequestLog {

    private static final Logger LOG = LoggerFactory.getLogger("dev.loom.gateway.requests");
    private static final Logger PROMPTS = LoggerFactory.getLogger("dev.loom.gateway.prompts");

    /**
     * The facts are in the message for people and, as key-value pairs that begin with {@code loom.}, beside it for machines.
     * A pair is missing where there is nothing to say.
     */
    public void write(FinishedRequest request) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        LoggingEventBuilder line = LOG.atInfo()
                .addKeyValue("loom.attempts", request.attempts())
                .addKeyValue("loom.tokens_in", request.inputTokens())
                .addKeyValue("loom.tokens_out", request.outputTokens())
                .addKeyValue("loom.ms", request.millis());
        line = with(line, "loom.model", request.model());
        line = with(line, "loom.provider", request.provider());
        line = with(line, "loom.client", request.client());
        line = with(line, "loom.account", request.account());
        line = with(line, "loom.status", request.status());
        line.log(message(request));
    }

    private static LoggingEventBuilder with(LoggingEventBuilder line, String key, @Nullable Object value) {
        return value == null ? line : line.addKeyValue(key, value);
    }

    private static String message(FinishedRequest request) {
        return "model=" + requireNonNullElse(request.model(), "-")
                + " provider=" + requireNonNullElse(request.provider(), "-")
                + " attempts=" + request.attempts()
                + " status=" + (request.status() == null ? "hang-up" : request.status())
                + " tokens=" + request.inputTokens() + "/" + request.outputTokens()
                + " ms=" + request.millis()
                + (request.client() == null ? "" : " client=" + request.client())
                + (request.account() == null ? "" : " account=" + request.account());
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
