package dev.loom.gateway.camel.app;

import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;

/** One of the gateway's ports inside another application, whose own HTTP server is to notice nothing of it. */
final class EmbeddedServer extends VertxPlatformHttpServer {

    private final VertxPlatformHttpServerConfiguration configuration;
    private final Vertx own;
    private @Nullable VertxPlatformHttpRouter router;

    EmbeddedServer(VertxPlatformHttpServerConfiguration configuration, Vertx own) {
        super(configuration);
        this.configuration = configuration;
        this.own = own;
    }

    VertxPlatformHttpRouter router() {
        return Objects.requireNonNull(router);
    }

    /** Not the application's, if it has one: ours has the threads and the handlers that the gateway needs. */
    @Override
    protected Vertx lookupVertx() {
        return own;
    }

    /** The router is found by its name only: by its type, Camel would take it for the application's. */
    @Override
    protected void initializeServer() {
        super.initializeServer();
        Registry registry = getCamelContext().getRegistry();
        String name = VertxPlatformHttpRouter.getRouterNameFromPort(configuration.getBindPort());
        VertxPlatformHttpRouter made = registry.lookupByNameAndType(name, VertxPlatformHttpRouter.class);
        registry.unbind(name);
        registry.bind(name, Object.class, (Supplier<Object>) () -> made);
        router = made;
    }

    /** The superclass would also remove the application's {@code platform-http} component. */
    @Override
    protected void stopServer() {
        if (getServer() != null) {
            getServer().close().toCompletionStage().toCompletableFuture().join();
        }
    }
}
