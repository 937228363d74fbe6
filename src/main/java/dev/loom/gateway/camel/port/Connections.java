package dev.loom.gateway.camel.port;

import dev.loom.gateway.config.ServerConfig;
import dev.loom.gateway.traffic.TimeSource;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.function.Supplier;

/** What every connection of a client has beside what Vert.x gives it. */
public final class Connections {

    private final Supplier<ServerConfig> settings;
    private final TimeSource time;

    /** @param settings asked each time, so that a reload holds for the connections that are open */
    public Connections(Supplier<ServerConfig> settings, TimeSource time) {
        this.settings = settings;
        this.time = time;
    }

    void guard(HttpConnection connection, HttpServerOptions options) {
        ChannelPipeline pipeline = ((ConnectionBase) connection).channel().pipeline();
        ConnectionGuard guard = new ConnectionGuard(settings, time, options);
        pipeline.replace("httpDecoder", "httpDecoder", guard.decoder());
        pipeline.addBefore("handler", "loomGuard", guard);
    }
}
