package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.observe.FailedSteps;
import dev.loom.gateway.camel.port.Passage;
import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.camel.port.wire.OutOfMemory;
import dev.loom.gateway.provider.ApiError;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code loomErrorReply}: every failure becomes an error in the form of the client's language, and none a stack trace. An
 * answer that has come goes out all the same, whatever fails after it, unless a {@code throwException} says that it must not.
 */
public final class ErrorReply implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(ErrorReply.class);

    @Override
    public void process(Exchange exchange) {
        reply(exchange, (Throwable) exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT));
    }

    static void reply(Exchange exchange, Throwable cause) {
        OutOfMemory.endIf(cause);
        RequestEnded ended = find(cause, RequestEnded.class);
        Call call = Call.find(exchange);
        if (ended != null && ended.reply().isEmpty()) {
            cut(call);
        } else if (SendReply.isSent(exchange)) {
            FailedSteps.log(LOG, "a step failed after the answer had gone out", exchange, cause);
            cut(call);
        } else if (call != null && call.steps().answer() != null && !Thrown.onPurpose(exchange, cause)) {
            FailedSteps.log(
                    LOG, "a step failed after the answer had come; the answer goes out all the same", exchange, cause);
            send(exchange, call.steps().answer());
        } else if (ended != null) {
            send(exchange, ended.reply().orElseThrow());
        } else if (find(cause, RejectedExecutionException.class) != null) {
            send(exchange, tooMany());
        } else {
            FailedSteps.log(LOG, "failed inside the gateway", exchange, cause);
            send(exchange, Reply.error(500, internal(id(exchange, call))));
        }
    }

    private static void send(Exchange exchange, Reply reply) {
        Call call = Call.find(exchange);
        Reply whole = call == null
                ? reply
                : reply.with(ResponseHeaders.of(call.steps().kept()));
        SendReply.send(
                exchange, whole.with(ResponseHeaders.of(exchange.getMessage().getHeaders())));
    }

    private static String id(Exchange exchange, @Nullable Call call) {
        return call == null ? Passage.of(exchange).id() : call.id();
    }

    /** What a client is told of a fault of ours. */
    public static ApiError internal(String id) {
        return ApiError.server(
                "The gateway failed; its log tells why, under the request id " + id + ".", "internal_error");
    }

    /** A throttle or a pool of the route has refused the request. */
    private static Reply tooMany() {
        ApiError error = new ApiError("Too many requests at once; try again.", "requests", null, "rate_limit_exceeded");
        return Reply.error(429, error).with("Retry-After", "1");
    }

    /** What has its end already keeps it. */
    private static void cut(@Nullable Call call) {
        if (call != null && !call.client().isFlow()) {
            call.cut();
        }
    }

    private static <T extends Throwable> @Nullable T find(Throwable thrown, Class<T> type) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }
}
