package dev.loom.gateway.camel;

import dev.loom.gateway.config.AdminConfig;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.ServerConfig;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.net.impl.TCPServerBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.component.platform.http.main.DefaultMainHttpServerFactory;
import org.apache.camel.component.platform.http.main.MainHttpServer;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.component.platform.http.plugin.JolokiaPlatformHttpPlugin;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig.AuthenticationConfigEntry;
import org.apache.camel.main.HttpManagementServerConfigurationProperties;
import org.apache.camel.main.HttpServerConfigurationProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Camel's two HTTP servers with our gates in front. The gates take the place of Camel's own authentication handlers, so
 * that they stand there from the moment that the ports open.
 */
final class HttpServers extends DefaultMainHttpServerFactory {

    private static final Logger LOG = LoggerFactory.getLogger(HttpServers.class);

    private final GatewayConfig config;
    private final ClientGate clientGate;
    private final AdminGate adminGate;

    HttpServers(GatewayConfig config, ClientGate clientGate, AdminGate adminGate) {
        this.config = config;
        this.clientGate = clientGate;
        this.adminGate = adminGate;
    }

    @Override
    public Service newHttpServer(CamelContext context, HttpServerConfigurationProperties properties) {
        boolean fromHereOnly = Loopback.isBoundTo(properties.getHost());
        clientGate.fromHereOnly(fromHereOnly);
        if (config.server().apiKeys().isEmpty()) {
            logAnonymous(properties.getHost(), fromHereOnly);
        }
        MainHttpServer server = (MainHttpServer) super.newHttpServer(context, properties);
        guard(server.getConfiguration(), clientGate);
        return server;
    }

    @Override
    public Service newHttpManagementServer(
            CamelContext context, HttpManagementServerConfigurationProperties properties) {
        AdminConfig admin = config.admin();
        if (admin.token() == null && admin.basic() == null && !Loopback.isBoundTo(properties.getHost())) {
            throw new GatewaySetup.InvalidConfiguration("camel.management.host is " + properties.getHost()
                    + ", which can be reached from other machines, so admin.token or admin.basic is required");
        }
        if (properties.isJolokiaEnabled()) {
            // Under this name Camel looks for it before it takes its own.
            context.getRegistry().bind(JolokiaPlatformHttpPlugin.NAME, new AdminJolokia());
        }
        ManagementHttpServer server = (ManagementHttpServer) super.newHttpManagementServer(context, properties);
        guard(server.getConfiguration(), adminGate);
        return server;
    }

    private static void logAnonymous(String host, boolean fromHereOnly) {
        if (fromHereOnly) {
            LOG.info("Without server.api_keys the client port is bound to {} only", host);
        } else {
            LOG.warn(
                    "Without server.api_keys the client port is bound to {}: whoever reaches it may spend what the"
                            + " providers' keys allow",
                    host);
        }
    }

    /**
     * Errors in OpenAI's shape also for what no route takes, on both ports.
     *
     * @return null, or which port cannot be opened: Camel only logs a warning then, but a gateway that nobody can reach
     *     must not seem to run
     */
    static @Nullable String answerUnmatched(CamelContext context, ServerConfig config) {
        String problem = null;
        for (VertxPlatformHttpRouter router : routers(context)) {
            Replies.forUnmatched(router, config.maxBody());
            VertxPlatformHttpServer server = router.getServer();
            if (server.getServer().requestHandler() instanceof Router root) {
                Replies.forBadPaths(root);
            }
            if (server.getServer() instanceof TCPServerBase base && !base.isListening()) {
                problem = "Port " + server.getConfigurationPort() + " on " + server.getHost() + " cannot be opened";
            }
        }
        return problem;
    }

    private static List<VertxPlatformHttpRouter> routers(CamelContext context) {
        return List.copyOf(context.getRegistry().findByType(VertxPlatformHttpRouter.class));
    }

    private static void guard(VertxPlatformHttpServerConfiguration server, Handler<RoutingContext> gate) {
        AuthenticationConfigEntry everything = new AuthenticationConfigEntry() {
            @Override
            public Handler<RoutingContext> createAuthenticationHandler(Vertx vertx) {
                return gate;
            }
        };
        everything.setPath("/*");
        AuthenticationConfig access = server.getAuthenticationConfig();
        access.getEntries().add(0, everything);
        access.setEnabled(true);
    }
}
