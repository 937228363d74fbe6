package dev.loom.gateway.camel.port;

import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.impl.VertxWrapper;

/**
 * Gives every HTTP server the handlers that must be there before it listens. Camel makes its servers itself and asks
 * nobody; but it asks this Vert.x for them.
 */
final class ServerVertx extends VertxWrapper {

    private final Connections connections;

    ServerVertx(VertxInternal vertx, Connections connections) {
        super(vertx);
        this.connections = connections;
    }

    @Override
    public HttpServer createHttpServer(HttpServerOptions options) {
        connections.configure(options);
        return super.createHttpServer(options)
                .connectionHandler(connection -> connections.guard(connection, options))
                .invalidRequestHandler(Replies::malformed);
    }
}
