package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.camel.AttemptFailed;
import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.observe.RequestTrace;
import dev.loom.gateway.camel.port.Turns;
import dev.loom.gateway.camel.request.Call;
import dev.loom.gateway.camel.request.ClientHeaders;
import dev.loom.gateway.camel.request.UpstreamCall;
import dev.loom.gateway.config.TimeoutsConfig;
import dev.loom.gateway.provider.CredentialsUnavailable;
import dev.loom.gateway.provider.Dialect;
import dev.loom.gateway.provider.Shaping;
import dev.loom.gateway.provider.Target;
import dev.loom.gateway.provider.UnsupportedRequest;
import dev.loom.gateway.provider.UpstreamRequest;
import dev.loom.gateway.provider.Verbatim;
import dev.loom.gateway.provider.features.Capabilities;
import dev.loom.gateway.routing.Attempt;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.http.HttpMethods;
import org.jspecify.annotations.Nullable;

/** {@code loomEncode}: puts the request into the provider's words. Nothing of the client's own headers goes along. */
public final class Encode implements Processor {

    @Override
    public void process(Exchange exchange) throws AttemptFailed, RequestEnded {
        Call call = Call.of(exchange);
        Attempt attempt = call.attempt();
        attempt.admitted();
        call.takeUp(exchange);
        Target target = attempt.target();
        UpstreamRequest request = encode(call, attempt, target);
        UpstreamCall upstream = start(call, target.timeouts());
        RequestTrace trace = call.trace();
        if (trace != null) {
            request = trace.beginAttempt(call.request(), attempt, request);
        }
        write(exchange.getMessage(), authorize(call, request, target), upstream);
        call.steps().between(exchange.getMessage().getBody());
    }

    private static UpstreamRequest encode(Call call, Attempt attempt, Target target) throws AttemptFailed {
        Turns.Turn turn = call.turn(call.request().promptBytes());
        try {
            Capabilities.require(call.request(), target, call.plan().request().inputTokens());
            UpstreamRequest passed = passOn(call, target);
            if (passed != null) {
                return passed;
            }
            UnsupportedRequest unsaid =
                    call.client().isFlow() ? null : call.asked().unsaid();
            if (unsaid != null) {
                throw unsaid;
            }
            Capabilities.requireSurface(call.request(), target);
            return call.request().encode(call.gateway().dialect(target), target);
        } catch (UnsupportedRequest e) {
            attempt.unsupported(e.error());
            throw new AttemptFailed(e.error().message());
        } finally {
            turn.release();
        }
    }

    /** Null unless provider and client speak the same language, and nobody wants the request to be changed. */
    private static @Nullable UpstreamRequest passOn(Call call, Target target) {
        Verbatim verbatim = call.verbatim();
        if (verbatim == null || Shaping.isWanted(target)) {
            call.passing().by(null);
            return null;
        }
        Dialect spoken = call.gateway().dialect(target).speaking(verbatim.surface(), target);
        call.passing().by(spoken);
        return spoken == null ? null : spoken.passOn(verbatim, target);
    }

    private static UpstreamRequest authorize(Call call, UpstreamRequest request, Target target) throws AttemptFailed {
        try {
            return call.gateway().authorized(request, target.provider());
        } catch (CredentialsUnavailable e) {
            throw Relay.failed(call, e.failure());
        }
    }

    private static UpstreamCall start(Call call, TimeoutsConfig timeouts) {
        UpstreamCall upstream =
                new UpstreamCall(call.gateway().timer(), call.gateway().time(), timeouts.total());
        Duration first = call.request().stream() ? timeouts.firstToken() : timeouts.response();
        Duration deadline = call.plan().remaining();
        upstream.timeoutAfter(first.compareTo(deadline) < 0 ? first : deadline);
        call.upstream(upstream);
        return upstream;
    }

    public static void write(Message message, UpstreamRequest request, UpstreamCall upstream) {
        ClientHeaders.clear(message);
        request.headers().forEach(message::setHeader);

        message.setHeader(Exchange.HTTP_METHOD, HttpMethods.valueOf(request.method()));
        // Camel would take {{...}} in it for a placeholder, and put a variable of the environment there
        // (CVE-2026-78164).
        message.setHeader(Exchange.HTTP_URI, request.url().replace("{", "%7B"));
        message.setBody(new UpstreamBody(request, upstream));
    }
}
