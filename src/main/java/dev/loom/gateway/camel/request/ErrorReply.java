package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.provider.ApiError;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code loomErrorReply}: every failure becomes an error in OpenAI's shape, and none a stack trace. */
public final class ErrorReply implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorReply.class);

    @Override
    public void process(Exchange exchange) {
        Throwable cause = (Throwable) exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT);
        RequestEnded ended = find(cause);
        Call call = Call.find(exchange);
        if (ended != null) {
            ended.reply().ifPresentOrElse(reply -> SendReply.send(exchange, reply), () -> end(call));
            return;
        }
        String id = call == null ? "?" : call.id();
        LOG.error("failed inside the gateway", cause);
        SendReply.send(exchange, Reply.error(500, internal(id)));
    }

    /** What a client is told of a fault of ours. */
    public static ApiError internal(String id) {
        return ApiError.server(
                "The gateway failed; its log tells why, under the request id " + id + ".", "internal_error");
    }

    private static void end(@Nullable Call call) {
        if (call != null) {
            call.end();
        }
    }

    private static @Nullable RequestEnded find(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof RequestEnded ended) {
                return ended;
            }
        }
        return null;
    }
}
