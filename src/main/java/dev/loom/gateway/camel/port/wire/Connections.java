package dev.loom.gateway.camel.port.wire;

import dev.loom.gateway.config.ServerConfig;
import dev.loom.gateway.traffic.TimeSource;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What every connection of a client has beside what Vert.x gives it. */
public final class Connections {

    private final Supplier<ServerConfig> settings;
    private final Supplier<ClientAuth> certificates;
    private final TimeSource time;

    /**
     * @param settings asked each time, so that a reload holds for the connections that are open
     * @param certificates whether clients need one; asked where a port opens over TLS
     */
    public Connections(Supplier<ServerConfig> settings, Supplier<ClientAuth> certificates, TimeSource time) {
        this.settings = settings;
        this.certificates = certificates;
        this.time = time;
    }

    /** What Camel does not say of its server. */
    public void configure(HttpServerOptions options) {
        // HTTP/2 has floods of its own, and nothing that a client of this gateway needs.
        options.setHttp2ClearTextEnabled(false);
        if (options.isSsl()) {
            options.setClientAuth(certificates.get())
                    .setSslHandshakeTimeout(settings.get().headerTimeout().toMillis())
                    .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        }
    }

    public void guard(HttpConnection connection, HttpServerOptions options) {
        ChannelPipeline pipeline = ((ConnectionBase) connection).channel().pipeline();
        ConnectionGuard guard = new ConnectionGuard(settings, time, options);
        pipeline.replace("httpDecoder", "httpDecoder", guard.decoder());
        pipeline.addBefore("handler", "loomGuard", guard);
    }
}
