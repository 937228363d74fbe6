package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.AttemptFailed;
import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.observe.Unwrapped;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.LoadBalanceDefinition;
import org.apache.camel.model.loadbalancer.FailoverLoadBalancerDefinition;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request goes from provider to provider by one way at a time: copies of its exchange, which many EIPs make, share its
 * plan, its limits and its client. One after another they may; beside each other, or after its end, they may not.
 */
public final class OneDispatch implements InterceptStrategy {

    private static final Logger LOG = LoggerFactory.getLogger(OneDispatch.class);

    /**
     * Before a plan is made.
     *
     * @throws RequestEnded if the request is over, or this is a copy of it that nobody waits for
     */
    static void require(Exchange exchange, Call call) throws RequestEnded {
        if (call.isClosed()) {
            LOG.warn(
                    "a step has sent request {} to direct:loom-dispatch after its end; no provider is called",
                    call.id());
            throw RequestEnded.over();
        }
        if (!call.client().isFlow() && exchange.getPattern() == ExchangePattern.InOnly && call.isCopy(exchange)) {
            throw StepError.copied(exchange);
        }
    }

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode definition, Processor target, Processor next) {
        return isOurs(definition) ? new Guarded(target) : Unwrapped.step(target);
    }

    private static boolean isOurs(NamedNode definition) {
        return definition instanceof LoadBalanceDefinition balance
                && balance.getLoadBalancerType() instanceof FailoverLoadBalancerDefinition failover
                && failover.getExceptions().contains(AttemptFailed.class.getName());
    }

    private static final class Guarded extends DelegateAsyncProcessor {

        Guarded(Processor target) {
            super(target);
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            Call call = Call.find(exchange);
            if (call == null) {
                return super.process(exchange, callback);
            }
            if (!call.dispatching().compareAndSet(false, true)) {
                exchange.setException(StepError.copied(exchange));
                callback.done(true);
                return true;
            }
            return super.process(exchange, doneSync -> {
                call.dispatching().set(false);
                callback.done(doneSync);
            });
        }
    }
}
