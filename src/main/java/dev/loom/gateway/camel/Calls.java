package dev.loom.gateway.camel;

import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/** Where every {@link Call} begins and ends, whichever way it came in. */
final class Calls {

    private final Supplier<Gateway> gateway;
    private final InFlight inFlight;
    private final RecentRequests recent;
    private final RequestLog log = new RequestLog();

    Calls(Supplier<Gateway> gateway, InFlight inFlight, RecentRequests recent) {
        this.gateway = gateway;
        this.inFlight = inFlight;
        this.recent = recent;
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
        nameInLog(call, client == null);
        Integer most = call.gateway().config().server().maxRequests();
        if (!inFlight.add(call, most)) {
            throw RequestEnded.with(ClientGate.tooMany(most));
        }
        return call;
    }

    /**
     * The thread of a client's request belongs to it to its end, and {@link Workers} clears up; that of another flow gets
     * back what stood there.
     */
    private static void nameInLog(Call call, boolean inFlow) {
        String before = RequestMdc.put(call.id());
        if (inFlow) {
            call.atEnd(() -> RequestMdc.restore(before));
        }
    }

    /** Gives back what an unfinished plan still holds, and keeps and logs what became of the request. */
    private void settle(Call call) {
        inFlight.remove(call);
        if (call.planIfMade() != null) {
            call.plan().close();
        }
        FinishedRequest finished = FinishedRequest.of(call);
        recent.add(finished);
        RequestMdc.with(call.id(), () -> {
            log.writePrompt(call);
            log.write(finished);
        });
    }
}
