package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.camel.AttemptFailed;
import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.observe.FailedSteps;
import dev.loom.gateway.camel.request.Call;
import dev.loom.gateway.camel.request.ErrorReply;
import dev.loom.gateway.camel.request.UpstreamCall;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.TimeoutsConfig;
import dev.loom.gateway.provider.CredentialsUnavailable;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.traffic.RecordedOutcome;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code loomAttemptBroken}: what became of an attempt that ended without an answer from the provider: a refused
 * connection, a timeout, a client that left. What the relay has judged already passes through.
 */
public final class AttemptBroken implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(AttemptBroken.class);

    @Override
    public void process(Exchange exchange) throws Exception {
        Exception cause = (Exception) exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT);
        if (cause instanceof RecordedOutcome) {
            throw cause;
        }
        Call call = Call.of(exchange);
        throw isCalls(call, cause) ? judge(call, cause) : failedBeside(exchange, call, cause);
    }

    /** A step beside the call may fail as well, with a file that cannot be written for instance. */
    private static boolean isCalls(Call call, Exception cause) {
        UpstreamCall upstream = call.upstreamIfAny();
        if (upstream == null) {
            return false;
        }
        UpstreamCall.Reason reason = upstream.cancelled();
        return upstream.brokeWith(cause) || (reason != null && reason != UpstreamCall.Reason.DONE);
    }

    /** Reports a call that broke before its answer was committed. */
    static Exception judge(Call call, Exception cause) {
        UpstreamCall upstream = call.upstreamIfAny();
        if (upstream != null) {
            upstream.finish();
        }
        if (call.attempt().isCommitted()) {
            call.attempt().broken(failure(cause), null);
            call.cut();
            return RequestEnded.streamBroken();
        }
        return judgeUncommitted(call, cause);
    }

    private static Exception judgeUncommitted(Call call, Exception cause) {
        UpstreamCall upstream = call.upstreamIfAny();
        UpstreamCall.Reason reason = upstream == null ? null : upstream.cancelled();
        if (reason == UpstreamCall.Reason.HANG_UP) {
            call.attempt().hungUp(null);
            return RequestEnded.clientGone();
        }
        if (reason == UpstreamCall.Reason.SHUTDOWN) {
            call.attempt().released();
            return RequestEnded.stopping();
        }
        // HttpClient says in many ways that a call was cut, and not all of them are failures of a connection.
        boolean late = reason == UpstreamCall.Reason.TIMEOUT;
        if (!(late || cause instanceof IOException || cause instanceof CredentialsUnavailable)) {
            return ownFault(call, cause);
        }
        ProviderConfig provider = call.attempt().candidate().target().provider();
        // The HTTP client quotes what it cannot read, and that may quote the key.
        String reasonToLog = ProviderSecrets.of(provider).masked(cause.toString());
        LOG.debug("provider '{}' did not answer: {}", provider.name(), reasonToLog);
        if (late) {
            return timedOut(call, cause);
        }
        return Unreached.words(cause) == null
                ? Relay.failed(call, failure(cause))
                : Relay.unreached(call, failure(cause), Unreached.address(provider));
    }

    /** A provider that had less than half of its own time when the request's deadline came is not to blame. */
    private static AttemptFailed timedOut(Call call, Exception cause) {
        Failure failure = late(cause);
        TimeoutsConfig timeouts = call.attempt().candidate().target().timeouts();
        Duration own = call.request().stream() ? timeouts.firstToken() : timeouts.response();
        if (call.plan().remaining().isZero() && call.attempt().elapsed().compareTo(own.dividedBy(2)) < 0) {
            call.attempt().failedWithoutBlame(failure);
            return new AttemptFailed(failure);
        }
        return Relay.failed(call, failure);
    }

    /** An answer that is there already goes out all the same. */
    private static Exception failedBeside(Exchange exchange, Call call, Exception cause) {
        if (call.attempt().outcome() != null) {
            return cause;
        }
        UpstreamCall upstream = call.upstreamIfAny();
        if (upstream != null) {
            upstream.cancel(UpstreamCall.Reason.DONE);
            upstream.finish();
        }
        FailedSteps.log(LOG, "failed inside the gateway", exchange, cause);
        return withoutBlame(call);
    }

    private static RequestEnded ownFault(Call call, Exception cause) {
        LOG.error("failed inside the gateway", cause);
        return withoutBlame(call);
    }

    /** Not the provider's doing, and no other provider would mend it. */
    private static RequestEnded withoutBlame(Call call) {
        call.attempt().released();
        return RequestEnded.with(500, ErrorReply.internal(call.id()));
    }

    /** Of a call that was cut because time had run out. */
    public static Failure late(Exception cause) {
        return Failure.timedOut(
                cause instanceof NoHandshake ? Unreached.NO_TLS : "The provider did not answer in time");
    }

    public static Failure failure(Exception cause) {
        if (cause instanceof CredentialsUnavailable unavailable) {
            return unavailable.failure();
        }
        String unreached = Unreached.words(cause);
        if (unreached != null) {
            return cause instanceof ConnectTimeoutException || (cause instanceof NoHandshake none && none.silent())
                    ? Failure.timedOut(unreached)
                    : Failure.transientFailure(unreached);
        }
        if (cause instanceof InterruptedIOException) {
            return late(cause);
        }
        return Failure.transientFailure(
                cause instanceof IOException
                        ? "The connection to the provider broke"
                        : "The call of the provider failed inside the gateway");
    }
}
