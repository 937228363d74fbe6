package dev.loom.gateway.camel.request;

import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.config.accounts.RequestLimitsConfig;
import dev.loom.gateway.provider.ApiRequest;
import dev.loom.gateway.provider.Verbatim;
import dev.loom.gateway.routing.ModelNotServed;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** {@code loomPlanner}: who could serve this request, in the order of the strategy. */
public final class MakePlan implements Processor {

    @Override
    public void process(Exchange exchange) throws RequestEnded {
        Call call = Call.of(exchange);
        OneDispatch.require(exchange, call);
        Charge charge = call.charge();
        if (charge != null) {
            choose(exchange, charge);
        }
        ChangedRequest.take(exchange, call);
        RequestLimitsConfig limits = call.gateway().config().limits();
        bound(exchange, call, limits);
        try {
            String holder = call.client().isFlow() ? null : call.asked().holder();
            call.plan(call.gateway().planner().plan(call.request(), holder));
        } catch (ModelNotServed e) {
            throw RequestEnded.with(404, e.error());
        }
        RequestLimits.check(call.plan().request(), limits);
        if (charge != null) {
            charge.reserve(call.plan(), call.request(), call.awaited());
        }
        if (call.request().stream()) {
            call.client()
                    .keepAlive(call, ResponseHeaders.of(exchange.getMessage().getHeaders()));
        }
    }

    private static void bound(Exchange exchange, Call call, RequestLimitsConfig limits) {
        ApiRequest bounded = RequestLimits.bounded(call.request(), limits);
        if (bounded != call.request()) {
            Verbatim asItCame = call.verbatim();
            if (asItCame != null) {
                call.passing().request(RequestLimits.bounded(asItCame, call.surface(), limits), bounded);
            }
            call.request(bounded);
            exchange.getMessage().setBody(bounded);
        }
    }

    /** A step before the plan may have named another account. */
    private static void choose(Exchange exchange, Charge charge) {
        String account = exchange.getProperty(Facts.ACCOUNT, String.class);
        if (account != null && !account.equals(charge.account())) {
            charge.account(account);
            exchange.setProperty(Facts.ACCOUNT, charge.account());
        }
    }
}
