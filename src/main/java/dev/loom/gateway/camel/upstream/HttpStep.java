package dev.loom.gateway.camel.upstream;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.observe.Unwrapped;
import dev.loom.gateway.camel.request.Bodies;
import dev.loom.gateway.camel.request.Call;
import dev.loom.gateway.camel.request.StepError;
import dev.loom.gateway.camel.request.UpstreamCall;
import dev.loom.gateway.provider.Json;
import java.io.InputStream;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.EndpointAware;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.component.http.HttpEndpoint;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Around the step {@code http} of {@code provider.camel.yaml}. What a step before it has put in the place of the body is sent,
 * and can be cut as any other call; what comes back may be read by a step, and is there for {@code loomRelay} all the same.
 */
public final class HttpStep implements InterceptStrategy {

    /** Lets Camel convert what is about to be sent, and what has come back, to what steps ask for. */
    public static void convertIn(CamelContext context) {
        Bodies.convertIn(context, UpstreamBody.class, UpstreamBody::json);
        Bodies.convertIn(context, ReadTwice.class, ReadTwice::all);
    }

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode definition, Processor target, @Nullable Processor next) {
        return target instanceof EndpointAware step
                        && step.getEndpoint() instanceof HttpEndpoint http
                        && http.getHeaderFilterStrategy() instanceof UpstreamHeaders
                ? new Around(target)
                : Unwrapped.step(target);
    }

    private static final class Around extends DelegateAsyncProcessor {

        Around(Processor target) {
            super(target);
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            Call call = Call.find(exchange);
            UpstreamCall upstream = call == null ? null : call.upstreamIfAny();
            if (call == null || upstream == null) {
                return super.process(exchange, callback);
            }
            try {
                prepare(exchange, call, upstream);
            } catch (RequestEnded e) {
                exchange.setException(e);
                callback.done(true);
                return true;
            }
            return super.process(exchange, doneSync -> {
                upstream.broke(exchange.getException());
                remember(call, exchange.getMessage());
                callback.done(doneSync);
            });
        }

        private static void prepare(Exchange exchange, Call call, UpstreamCall upstream) throws RequestEnded {
            call.steps().keep(exchange.getMessage());
            if (exchange.getMessage().getHeader(Exchange.HTTP_URI) == null) {
                throw StepError.noAddress(exchange);
            }
            Object body = exchange.getMessage().getBody();
            if (!(body instanceof UpstreamBody)) {
                exchange.getMessage()
                        .setBody(call.steps().isInnerAnswer(body) ? call.steps().between() : left(exchange, upstream));
            }
            call.attempt().calling();
        }

        private static UpstreamBody left(Exchange exchange, UpstreamCall upstream) throws RequestEnded {
            byte[] left = Bodies.left(exchange, "the provider's request");
            if (!Json.lenient(left).isObject()) {
                throw StepError.noJson(exchange, exchange.getMessage().getBody(), "the provider's request");
            }
            return new UpstreamBody(left, upstream);
        }

        private static void remember(Call call, Message answer) {
            if (answer.getBody() instanceof InputStream in) {
                answer.setBody(new ReadTwice(in));
                call.steps().between(answer.getBody());
            }
        }
    }
}
