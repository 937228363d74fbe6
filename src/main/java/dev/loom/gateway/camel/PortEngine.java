package dev.loom.gateway.camel;

import java.util.function.IntSupplier;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpEngine;

/** Puts the routes of an HTTP component on one of the gateway's ports, whatever else the application serves. */
final class PortEngine extends VertxPlatformHttpEngine {

    private final IntSupplier port;

    PortEngine(IntSupplier port) {
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
