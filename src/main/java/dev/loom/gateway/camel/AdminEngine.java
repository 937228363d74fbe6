package dev.loom.gateway.camel;

import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpEngine;

/** {@code loomAdminEngine}: puts a {@code platform-http} route on the admin port. */
final class AdminEngine extends VertxPlatformHttpEngine {

    @Override
    protected void doInit() {
        // The superclass would make itself the engine of all routes.
    }

    @Override
    public int getServerPort() {
        return getCamelContext().hasService(ManagementHttpServer.class).getPort();
    }
}
