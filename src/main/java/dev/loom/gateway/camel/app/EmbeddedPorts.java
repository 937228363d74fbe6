package dev.loom.gateway.camel.app;

import dev.loom.gateway.camel.port.FreePort;
import dev.loom.gateway.camel.port.Gates;
import dev.loom.gateway.camel.port.InvalidConfiguration;
import dev.loom.gateway.camel.port.Lag;
import dev.loom.gateway.camel.port.Workers;
import dev.loom.gateway.camel.port.wire.Connections;
import dev.loom.gateway.config.GatewayConfig;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.support.service.ServiceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the gateway's ports inside another application, each on a Vert.x of its own. */
public final class EmbeddedPorts {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPorts.class);

    private final EmbeddedSettings settings;
    private final GatewayConfig config;
    private final Gates gates;
    private final Connections connections;
    private final Lag lag;
    private final List<Vertx> opened = new ArrayList<>();

    public EmbeddedPorts(
            EmbeddedSettings settings, GatewayConfig config, Gates gates, Connections connections, Lag lag) {
        this.settings = settings;
        this.config = config;
        this.gates = gates;
        this.connections = connections;
        this.lag = lag;
    }

    /** @throws InvalidConfiguration if a port cannot be opened, or must not be */
    public void open(CamelContext context) {
        if (settings.clients().enabled()) {
            VertxPlatformHttpServerConfiguration server = server(settings.clients(), Gates.clientHost(config.server()));
            server.setMaxBodySize(config.server().maxBody());
            gates.guardClients(server);
            open(context, server, "loom.server", Workers.vertx(config.server().workerThreads(), connections, lag));
            LOG.info("Clients: http://{}:{}/v1", server.getBindHost(), server.getBindPort());
        }
        if (settings.admin().enabled()) {
            VertxPlatformHttpServerConfiguration server =
                    server(settings.admin(), config.admin().host());
            gates.guardAdmin(server, "loom.admin.host");
            open(context, server, "loom.admin", Workers.admin(connections));
            LOG.info("Admin:   http://{}:{}", server.getBindHost(), server.getBindPort());
        }
    }

    private static VertxPlatformHttpServerConfiguration server(EmbeddedSettings.Port port, String host) {
        VertxPlatformHttpServerConfiguration server = new VertxPlatformHttpServerConfiguration();
        server.setBindHost(port.host().isEmpty() ? host : port.host());
        server.setBindPort(port.number());
        server.getBodyHandler().setHandleFileUploads(false);
        return server;
    }

    private void open(
            CamelContext context, VertxPlatformHttpServerConfiguration configuration, String name, Vertx vertx) {
        opened.add(vertx);
        FreePort.require(
                "gateway's",
                configuration.getBindHost(),
                configuration.getBindPort(),
                name + ".port and " + name + ".host");
        EmbeddedServer server = new EmbeddedServer(configuration, vertx);
        try {
            context.addService(server, true, true);
            // Camel would start it only after the routes, which look for it before.
            ServiceHelper.startService(server);
        } catch (Exception e) {
            throw new InvalidConfiguration("The port of " + name + " cannot be opened: " + e.getMessage());
        }
        String problem = gates.answerUnmatched(server.router());
        if (problem != null) {
            throw new InvalidConfiguration(problem);
        }
    }

    public void close() {
        opened.forEach(
                vertx -> vertx.close().toCompletionStage().toCompletableFuture().join());
    }
}
