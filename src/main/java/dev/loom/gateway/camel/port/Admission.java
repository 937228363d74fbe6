package dev.loom.gateway.camel.port;

import dev.loom.gateway.config.ServerConfig;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;

/**
 * Gives a client's request, once it is whole, one of {@code server.max_requests} places, or refuses it at once, before it
 * has a thread.
 */
public final class Admission implements Handler<RoutingContext> {

    private final InFlight inFlight;
    private final Supplier<ServerConfig> settings;
    private final Refusals refusals;

    /** @param settings asked for each request */
    public Admission(InFlight inFlight, Supplier<ServerConfig> settings, Refusals refusals) {
        this.inFlight = inFlight;
        this.refusals = refusals;
        this.settings = settings;
    }

    @Override
    public void handle(RoutingContext context) {
        int most = settings.get().maxRequests();
        if (inFlight.admit(context.request(), most)) {
            context.next();
        } else {
            refusals.send(context, ClientGate.tooMany(most));
        }
    }
}
