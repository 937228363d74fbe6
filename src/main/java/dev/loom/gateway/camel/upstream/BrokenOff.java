package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.camel.request.Call;
import dev.loom.gateway.camel.request.UpstreamCall;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.routing.Candidate;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An answer of which a part has gone to the client, and whose rest does not come. */
final class BrokenOff {

    private static final Logger LOG = LoggerFactory.getLogger(BrokenOff.class);

    private BrokenOff() {}

    /**
     * Says in the log why an answer broke off, unless the client left.
     *
     * @param cause {@link TimeoutException} where it is the client that took nothing for too long
     */
    static Failure failure(Call call, Exception cause) {
        if (cause instanceof TimeoutException) {
            call.hangUp();
        }
        UpstreamCall.Reason reason = call.upstream().cancelled();
        if (reason != UpstreamCall.Reason.HANG_UP) {
            Candidate candidate = call.attempt().candidate();
            String why = reason == null ? masked(candidate, cause) : reason.name();
            LOG.warn("the stream from provider '{}' broke: {}", candidate.provider(), why);
        }
        if (reason == UpstreamCall.Reason.TIMEOUT) {
            return Failure.timedOut("The provider fell silent in mid-stream");
        }
        return Failure.transientFailure(
                reason == UpstreamCall.Reason.SHUTDOWN
                        ? "The gateway is stopping"
                        : "The connection to the provider broke in mid-stream");
    }

    /** The HTTP client quotes what it cannot read, and that may quote the key. */
    private static String masked(Candidate candidate, Exception cause) {
        return ProviderSecrets.of(candidate.target().provider()).masked(cause.toString());
    }
}
