package dev.loom.gateway.camel.request;

import dev.loom.gateway.accounts.Asker;
import dev.loom.gateway.camel.RequestEnded;
import dev.loom.gateway.camel.observe.FinishedHook;
import dev.loom.gateway.camel.observe.FinishedRequest;
import dev.loom.gateway.camel.observe.RecentRequests;
import dev.loom.gateway.camel.observe.RequestLog;
import dev.loom.gateway.camel.observe.RequestTrace;
import dev.loom.gateway.camel.observe.Tracing;
import dev.loom.gateway.camel.port.ClientConnection;
import dev.loom.gateway.camel.port.ClientGate;
import dev.loom.gateway.camel.port.InFlight;
import dev.loom.gateway.camel.port.Memory;
import dev.loom.gateway.camel.port.Passage;
import dev.loom.gateway.camel.port.RequestMdc;
import dev.loom.gateway.client.Surface;
import dev.loom.gateway.provider.ApiRequest;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/** Where every {@link Call} begins and ends, whichever way it came in. */
public final class Calls {

    private final Supplier<Gateway> gateway;
    private final InFlight inFlight;
    private final Memory memory;
    private final @Nullable Tracing tracing;
    private final RecentRequests recent;
    private final FinishedHook hook;
    private final RequestLog log = new RequestLog();

    /** @param tracing null where it is off */
    public Calls(
            Supplier<Gateway> gateway,
            InFlight inFlight,
            Memory memory,
            @Nullable Tracing tracing,
            RecentRequests recent,
            FinishedHook hook) {
        this.gateway = gateway;
        this.inFlight = inFlight;
        this.memory = memory;
        this.tracing = tracing;
        this.recent = recent;
        this.hook = hook;
    }

    /**
     * Begins a client's call.
     *
     * @throws RequestEnded if it is one too many
     */
    public Call open(Exchange exchange, Passage passage, Surface surface) throws RequestEnded {
        ClientConnection client = new ClientConnection(passage.request(), memory);
        Call call = new Call(passage.id(), client, surface, gateway.get(), memory);
        client.onHangUp(call::hangUp);
        open(exchange, call, passage.request());
        Passage.leave(exchange);
        return call;
    }

    /**
     * Begins a call by a step of another Camel flow.
     *
     * @throws RequestEnded if it is one too many
     */
    public Call open(Exchange exchange, String id) throws RequestEnded {
        Call call = new Call(id, null, null, gateway.get(), memory);
        inFlight.entered(call);
        open(exchange, call, call);
        return call;
    }

    /** A flow's request is read: from here on it is the body, and what it is can be read in properties. */
    public static void accept(Exchange exchange, Call call, ApiRequest request) {
        call.request(request);
        call.charge(Charge.of(call.gateway().accounting(), Asker.NOBODY));
        String account = exchange.getProperty(Facts.ACCOUNT, String.class);
        if (account != null && call.charge() != null) {
            call.charge().account(account);
        }
        accepted(exchange, call);
    }

    static void accepted(Exchange exchange, Call call) {
        Facts.ofRequest(exchange, call);
        exchange.getMessage().setBody(call.request());
    }

    /** The call ends with its exchange if it is not closed before. */
    private void open(Exchange exchange, Call call, Object passage) throws RequestEnded {
        Call.carry(exchange, call);
        call.origin(exchange);
        if (tracing != null) {
            call.trace(tracing.begin(exchange));
        }
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                try {
                    call.close();
                    inFlight.left(passage);
                } finally {
                    call.release();
                }
            }
        });
        call.atEnd(() -> settle(call));
        nameInLog(call, passage == call);
        int most = call.gateway().config().server().maxRequests();
        if (!inFlight.add(call, passage, most)) {
            throw RequestEnded.with(ClientGate.tooMany(most));
        }
    }

    /**
     * The thread of a client's request belongs to it to its end, and {@code Workers} clears up; that of another flow gets
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
        if (call.charge() != null) {
            call.charge().settle(call.planIfMade(), call.attemptIfAny(), call.requestIfRead());
        }
        FinishedRequest finished = CallSummary.of(call);
        recent.add(finished);
        RequestMdc.with(call.id(), () -> {
            log.writePrompt(call.requestIfRead(), call.client().transcript());
            log.write(finished);
        });
        if (hook.isWanted()) {
            hook.offer(finished.toMap(call.requestIfRead(), call.client().transcript()));
        }
        RequestTrace trace = call.trace();
        if (trace != null) {
            trace.end(finished, call.requestIfRead());
        }
    }
}
