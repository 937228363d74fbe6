package dev.loom.gateway.camel.app;

import dev.loom.gateway.camel.live.SwappableHttpEngine;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.IntSupplier;

/** Puts the routes of an HTTP component on one of the gateway's ports, whatever else the application serves. */
final class PortEngine extends SwappableHttpEngine {

    private final IntSupplier port;

    PortEngine(IntSupplier port, List<Handler<RoutingContext>> handlers) {
        super(handlers);
        this.port = port;
    }

    @Override
    protected void doInit() {
        // The superclass would make itself the engine of all the application's routes.
    }

    @Override
    public int getServerPort() {
        return port.getAsInt();
    }
}
