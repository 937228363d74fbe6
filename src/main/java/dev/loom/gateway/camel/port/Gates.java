package dev.loom.gateway.camel.port;

import dev.loom.gateway.config.AdminConfig;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.ServerConfig;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.impl.TCPServerBase;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig;
import org.apache.camel.component.platform.http.vertx.auth.AuthenticationConfig.AuthenticationConfigEntry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands in front of the two ports. The gates take the place of Camel's own authentication handlers, so that they
 * stand there from the moment that the ports open.
 */
public final class Gates {

    private static final Logger LOG = LoggerFactory.getLogger(Gates.class);

    public enum Port {
        CLIENTS,
        ADMIN
    }

    private final Set<Port> reachable = ConcurrentHashMap.newKeySet();
    private final GatewayConfig config;
    private final Supplier<ServerConfig> server;
    private final ClientGate clientGate;
    private final AdminGate adminGate;

    /**
     * @param config at the start
     * @param server as it is in force
     */
    public Gates(GatewayConfig config, Supplier<ServerConfig> server, ClientGate clientGate, AdminGate adminGate) {
        this.config = config;
        this.server = server;
        this.clientGate = clientGate;
        this.adminGate = adminGate;
    }

    /** Where the client port is bound unless a setting says otherwise: to loopback while everybody may come in. */
    public static String clientHost(ServerConfig server) {
        boolean open = !server.apiKeys().isEmpty() || server.allowAnonymous();
        return open ? "0.0.0.0" : "127.0.0.1";
    }

    /** Before the client port opens. */
    public void guardClients(VertxPlatformHttpServerConfiguration server) {
        boolean fromHereOnly = Loopback.isBoundTo(server.getBindHost());
        clientGate.fromHereOnly(fromHereOnly);
        note(Port.CLIENTS, server);
        if (config.server().apiKeys().isEmpty()) {
            logAnonymous(server.getBindHost(), fromHereOnly);
        }
        guard(server, clientGate);
    }

    /**
     * Before the admin port opens.
     *
     * @param hostSetting the name of the property that says where it is bound
     * @throws InvalidConfiguration if everybody could reach it and nothing is asked of them
     */
    public void guardAdmin(VertxPlatformHttpServerConfiguration server, String hostSetting) {
        note(Port.ADMIN, server);
        AdminConfig admin = config.admin();
        if (admin.token() == null && admin.basic() == null && !Loopback.isBoundTo(server.getBindHost())) {
            throw new InvalidConfiguration(hostSetting + " is " + server.getBindHost()
                    + ", which can be reached from other machines, so admin.token or admin.basic is required");
        }
        guard(server, adminGate);
    }

    /** What is asked with GET is asked with HEAD by whoever only looks whether it is there. */
    private static void answerHead(Router router) {
        for (Route route : router.getRoutes()) {
            Set<HttpMethod> methods = route.methods();
            if (methods != null && methods.contains(HttpMethod.GET) && !methods.contains(HttpMethod.HEAD)) {
                route.method(HttpMethod.HEAD);
            }
        }
    }

    private void note(Port port, VertxPlatformHttpServerConfiguration server) {
        if (!Loopback.isBoundTo(server.getBindHost())) {
            reachable.add(port);
        }
    }

    /** Whether a port is bound so that other machines reach it. */
    public boolean isReachable(Port port) {
        return reachable.contains(port);
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

    private static void guard(VertxPlatformHttpServerConfiguration server, Handler<RoutingContext> gate) {
        AuthenticationConfigEntry everything = new AuthenticationConfigEntry() {
            @Override
            public Handler<RoutingContext> createAuthenticationHandler(Vertx vertx) {
                return context -> {
                    HeadLength.tell(context);
                    gate.handle(context);
                };
            }
        };
        everything.setPath("/*");
        AuthenticationConfig access = server.getAuthenticationConfig();
        access.getEntries().add(0, everything);
        access.setEnabled(true);
    }

    /**
     * Errors in OpenAI's shape also for what no route takes.
     *
     * @return null, or which port cannot be opened: Camel only logs a warning then, but a gateway that nobody can reach
     *     must not seem to run
     */
    public @Nullable String answerUnmatched(VertxPlatformHttpRouter router) {
        Replies.forUnmatched(
                router, config.server().maxBody(), path -> server.get().opens(path), clientGate.refusals());
        answerHead(router);
        router.modifiedHandler(Gates::answerHead);
        VertxPlatformHttpServer port = router.getServer();
        if (port.getServer().requestHandler() instanceof Router root) {
            Replies.forBadPaths(root);
        }
        boolean closed = port.getServer() instanceof TCPServerBase base && !base.isListening();
        return closed
                ? "A port, " + port.getConfigurationPort() + " on " + port.getHost() + ", cannot be opened"
                : null;
    }
}
