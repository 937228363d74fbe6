package dev.loom.gateway.camel;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.CredentialsUnavailable;
import dev.loom.gateway.provider.Failure;
import dev.loom.gateway.traffic.RecordedOutcome;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code loomAttemptBroken}: what became of an attempt that ended without an answer from the provider: a refused
 * connection, a timeout, a client that left. What the relay has judged already passes through.
 */
final class AttemptBroken implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(AttemptBroken.class);

    @Override
    public void process(Exchange exchange) throws Exception {
        Exception cause = (Exception) exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT);
        if (cause instanceof RecordedOutcome) {
            throw cause;
        }
        throw judge(Call.of(exchange), cause);
    }

    /** Reports a call that broke before its answer was committed. */
    static Exception judge(Call call, Exception cause) {
        call.finishUpstream();
        UpstreamCall upstream = call.upstreamIfAny();
        UpstreamCall.Reason reason = upstream == null ? null : upstream.cancelled();
        if (reason == UpstreamCall.Reason.HANG_UP) {
            call.attempt().hungUp(null);
            return RequestEnded.clientGone();
        }
        if (reason == UpstreamCall.Reason.SHUTDOWN) {
            call.attempt().hungUp(null);
            return RequestEnded.stopping();
        }
        ProviderConfig provider = call.attempt().candidate().target().provider();
        // The HTTP client quotes what it cannot read, and that may quote the key.
        String reasonToLog = ProviderSecrets.of(provider).masked(cause.toString());
        LOG.debug("{} provider '{}' did not answer: {}", call.id(), provider.name(), reasonToLog);
        Failure failure = reason == UpstreamCall.Reason.TIMEOUT
                ? Failure.timedOut("The provider did not answer in time")
                : failure(cause);
        return Relay.failed(call, failure);
    }

    static Failure failure(Exception cause) {
        if (cause instanceof CredentialsUnavailable unavailable) {
            return unavailable.failure();
        }
        if (cause instanceof InterruptedIOException) {
            return Failure.timedOut("The provider did not accept the connection in time");
        }
        if (cause instanceof UnknownHostException) {
            return Failure.transientFailure("The provider's host name cannot be resolved");
        }
        if (cause instanceof ConnectException) {
            return Failure.transientFailure("The provider refused the connection");
        }
        if (cause instanceof SSLException) {
            return Failure.transientFailure("No TLS connection to the provider could be made");
        }
        return Failure.transientFailure(
                cause instanceof IOException
                        ? "The connection to the provider broke"
                        : "The call of the provider failed inside the gateway");
    }
}
