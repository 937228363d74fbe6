package dev.loom.gateway.camel;

import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/** Where every {@link Call} begins and ends, whichever way it came in. */
final class Calls {

    private final Supplier<Gateway> gateway;
    private final InFlight inFlight;
    private final @Nullable Tracing tracing;
    private final RequestLog log = new RequestLog();

    /** @param tracing null where it is off */
    Calls(Supplier<Gateway> gateway, InFlight inFlight, @Nullable Tracing tracing) {
        this.gateway = gateway;
        this.inFlight = inFlight;
        this.tracing = tracing;
    }

    /**
     * Begins a call, which ends with its exchange if it is not closed before.
     *
     * @param client null for a step of another Camel flow
     * @throws RequestEnded if it is one too many
     */
    Call open(Exchange exchange, String id, @Nullable ClientConnection client) throws RequestEnded {
        Call call = new Call(id, client, gateway.get());
        exchange.setProperty(Call.PROPERTY, call);
        if (tracing != null) {
            call.trace(tracing.begin(exchange));
        }
        if (client != null) {
            client.onHangUp(call::hangUp);
        }
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                call.close();
            }
        });
        call.atEnd(() -> settle(call));
        Integer most = call.gateway().config().server().maxRequests();
        if (!inFlight.add(call, most)) {
            throw RequestEnded.with(ClientGate.tooMany(most));
        }
        return call;
    }

    /** Gives back what an unfinished plan still holds, and writes the request's line. */
    private void settle(Call call) {
        inFlight.remove(call);
        if (call.planIfMade() != null) {
            call.plan().close();
        }
        log.write(call);
        RequestTrace trace = call.trace();
        if (trace != null) {
            trace.end(call);
        }
    }
}
