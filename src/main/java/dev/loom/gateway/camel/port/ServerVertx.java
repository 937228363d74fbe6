package dev.loom.gateway.camel.port;

import dev.loom.gateway.camel.port.wire.Connections;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.impl.VertxWrapper;
import java.util.concurrent.Callable;

/**
 * Gives every HTTP server the handlers that must be there before it listens, and lets no request wait for a worker for
 * long. Camel makes its servers itself and asks nobody; but it asks this Vert.x for them, and for the workers.
 */
final class ServerVertx extends VertxWrapper {

    private final WorkerQueue queue;
    private final Connections connections;

    /** @param workers how many there are */
    ServerVertx(VertxInternal vertx, int workers, Connections connections, Lag lag) {
        super(vertx);
        this.connections = connections;
        queue = new WorkerQueue(vertx, this::runUnordered, workers, lag);
    }

    private <T> Future<T> runUnordered(Callable<T> task) {
        return super.executeBlocking(task, false);
    }

    @Override
    public <T> Future<T> executeBlocking(Callable<T> task, boolean ordered) {
        return ordered ? super.executeBlocking(task, true) : queue.run(task);
    }

    @Override
    public HttpServer createHttpServer(HttpServerOptions options) {
        connections.configure(options);
        return super.createHttpServer(options)
                .connectionHandler(connection -> connections.guard(connection, options))
                .invalidRequestHandler(Replies::malformed);
    }
}
