package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.port.Reply;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** The header {@code CamelHttpResponseCode}, by which steps say the status of an answer. */
final class ResponseCode {

    private static final int FIRST = 200;
    private static final int LAST = 599;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private ResponseCode() {}

    /**
     * Null where no step has set one.
     *
     * @throws RequestEnded with 500 if a step has set something else
     */
    static @Nullable Integer of(Exchange exchange) throws RequestEnded {
        Object left = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE);
        if (left == null) {
            return null;
        }
        Integer code = exchange.getContext().getTypeConverter().tryConvertTo(Integer.class, exchange, left);
        if (code == null || code < FIRST || code > LAST) {
            throw StepError.noStatus(exchange, left);
        }
        return code;
    }

    /** Whether such an answer has no body, so that a client would take one for the beginning of the next answer. */
    static boolean isBare(int status) {
        return status == NO_CONTENT || status == NOT_MODIFIED;
    }

    /** The answer without its body where its status allows none. */
    static Reply bare(Reply reply) {
        return isBare(reply.status()) ? new Reply(reply.status(), Map.of(), new byte[0]) : reply;
    }
}
