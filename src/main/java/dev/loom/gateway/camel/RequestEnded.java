package dev.loom.gateway.camel;

import dev.loom.gateway.camel.port.Reply;
import dev.loom.gateway.provider.ApiError;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.traffic.RecordedOutcome;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The request is over without a provider's answer: it was refused, nobody answered, or the client is gone. Leaves the
 * failover chain at once and ends in {@code errors.camel.yaml}.
 */
public final class RequestEnded extends Exception implements RecordedOutcome {

    private final transient @Nullable Reply reply;

    private RequestEnded(String message, @Nullable Reply reply) {
        super(message, null, false, false);
        this.reply = reply;
    }

    public static RequestEnded with(Reply reply) {
        return new RequestEnded("Answered with " + reply.status(), reply);
    }

    public static RequestEnded with(int status, ApiError error) {
        return with(Reply.error(status, error));
    }

    /** Where there was no room for it, it may come again soon. */
    public static RequestEnded with(InvalidRequest refused) {
        Reply reply = Reply.error(refused.status(), refused.error());
        return with(refused.status() == 429 ? reply.with("Retry-After", "1") : reply);
    }

    public static RequestEnded clientGone() {
        return new RequestEnded("The client left", null);
    }

    /** It has had its answer before. */
    public static RequestEnded over() {
        return new RequestEnded("The request is over", null);
    }

    public static RequestEnded stopping() {
        return with(Reply.error(503, ApiError.server("The gateway is stopping.", "stopping"))
                .with("Retry-After", "1"));
    }

    /** The stream that the client was reading has been ended with an error event. */
    public static RequestEnded streamBroken() {
        return new RequestEnded("The stream broke", null);
    }

    /** Empty where the client is gone or has been told already. */
    public Optional<Reply> reply() {
        return Optional.ofNullable(reply);
    }
}
