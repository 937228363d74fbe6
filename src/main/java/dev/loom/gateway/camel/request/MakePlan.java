package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.routing.ModelNotServed;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** {@code loomPlanner}: who could serve this request, in the order of the strategy. */
public final class MakePlan implements Processor {

    @Override
    public void process(Exchange exchange) throws RequestEnded {
        Call call = Call.of(exchange);
        ChangedRequest.take(exchange, call);
        try {
            String holder = call.client().isFlow() ? null : call.asked().holder();
            call.plan(call.gateway().planner().plan(call.request(), holder));
        } catch (ModelNotServed e) {
            throw RequestEnded.with(404, e.error());
        }
        if (call.request().stream()) {
            call.client()
                    .keepAlive(call, ResponseHeaders.of(exchange.getMessage().getHeaders()));
        }
    }
}
