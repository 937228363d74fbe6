package dev.loom.gateway.camel.app;

import dev.loom.gateway.camel.admin.AdminJolokia;
import dev.loom.gateway.camel.port.BodyReader;
import dev.loom.gateway.camel.port.Gates;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.component.platform.http.main.DefaultMainHttpServerFactory;
import org.apache.camel.component.platform.http.main.MainHttpServer;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.main.HttpManagementServerConfigurationProperties;
import org.apache.camel.main.HttpServerConfigurationProperties;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.jsse.ClientAuthentication;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.SSLContextServerParameters;
import org.jspecify.annotations.Nullable;

/** Camel Main's two HTTP servers with our gates in front: the ports of a gateway that is a process of its own. */
final class HttpServers extends DefaultMainHttpServerFactory {

    private final Gates gates;
    private final BodyReader bodies;

    HttpServers(Gates gates, BodyReader bodies) {
        this.gates = gates;
        this.bodies = bodies;
    }

    @Override
    public Service newHttpServer(CamelContext context, HttpServerConfigurationProperties properties) {
        MainHttpServer server = (MainHttpServer) super.newHttpServer(context, properties);
        gates.guardClients(server.getConfiguration());
        return server;
    }

    @Override
    public Service newHttpManagementServer(
            CamelContext context, HttpManagementServerConfigurationProperties properties) {
        ManagementHttpServer server = (ManagementHttpServer) super.newHttpManagementServer(context, properties);
        if (properties.isJolokiaEnabled()) {
            // Camel's own would read bodies that nobody has counted.
            server.setJolokiaEnabled(false);
            AdminJolokia jolokia = new AdminJolokia(properties.getJolokiaPath(), bodies);
            context.getRegistry().bind(AdminJolokia.NAME, jolokia);
            context.addLifecycleStrategy(new LifecycleStrategySupport() {
                @Override
                public void onContextStopped(CamelContext stopped) {
                    jolokia.close();
                }
            });
        }
        gates.guardAdmin(server.getConfiguration(), "camel.management.host");
        return server;
    }

    /**
     * Puts the admin port on a Vert.x of its own, unless it is the client port as well. Before the servers start; Camel takes
     * the one Vert.x of the registry for both.
     */
    static void separate(CamelContext context, int clientPort, int adminPort, Supplier<Vertx> admin) {
        if (adminPort == clientPort) {
            return;
        }
        Service server = context.hasService(
                service -> service instanceof VertxPlatformHttpServer http && http.getConfigurationPort() == adminPort);
        if (server instanceof VertxPlatformHttpServer http) {
            http.setVertx(admin.get());
        }
    }

    /** By {@code camel.ssl.clientAuthentication}, which Camel itself does not pass on to this server. */
    static ClientAuth clientAuth(CamelContext context) {
        SSLContextParameters tls = context.getSSLContextParameters();
        SSLContextServerParameters server = tls == null ? null : tls.getServerParameters();
        String wanted = server == null ? null : server.getClientAuthentication();
        if (wanted == null) {
            return ClientAuth.NONE;
        }
        return switch (ClientAuthentication.valueOf(wanted.toUpperCase(Locale.ROOT))) {
            case NONE -> ClientAuth.NONE;
            case WANT -> ClientAuth.REQUEST;
            case REQUIRE -> ClientAuth.REQUIRED;
        };
    }

    static int clientPort(CamelContext context) {
        return context.hasService(MainHttpServer.class).getPort();
    }

    static int adminPort(CamelContext context) {
        return context.hasService(ManagementHttpServer.class).getPort();
    }

    /** For Hawtio, where it is on. */
    static void serveJolokia(CamelContext context) {
        AdminJolokia jolokia = context.getRegistry().lookupByNameAndType(AdminJolokia.NAME, AdminJolokia.class);
        if (jolokia != null) {
            jolokia.serve(VertxPlatformHttpRouter.lookup(
                    context, VertxPlatformHttpRouter.getRouterNameFromPort(adminPort(context))));
        }
    }

    /** @return null, or which port cannot be opened */
    static @Nullable String answerUnmatched(CamelContext context, Gates gates) {
        List<VertxPlatformHttpRouter> routers =
                List.copyOf(context.getRegistry().findByType(VertxPlatformHttpRouter.class));
        Stream<@Nullable String> problems = routers.stream().map(gates::answerUnmatched);
        return problems.filter(Objects::nonNull).reduce(null, (first, next) -> next);
    }
}
