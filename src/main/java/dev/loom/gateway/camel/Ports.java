package dev.loom.gateway.camel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.main.MainHttpServer;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.main.MainConfigurationProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The two ports: that they can be opened, before anything is; and where they are, once they are open. */
final class Ports {

    private static final Logger LOG = LoggerFactory.getLogger(Ports.class);

    private static final int HIGHEST = 65535;

    private Ports() {}

    /** @throws GatewaySetup.InvalidConfiguration if one of them cannot be opened, so that none is */
    static void check(CamelContext context, MainConfigurationProperties main) {
        if (main.httpServer().isEnabled()) {
            String port = property(context, "camel.server.port");
            check("The client port", main.httpServer().getHost(), port, "CAMEL_SERVER_PORT");
        }
        if (main.httpManagementServer().isEnabled()) {
            String port = property(context, "camel.management.port");
            check("The admin port", main.httpManagementServer().getHost(), port, "CAMEL_MANAGEMENT_PORT");
        }
    }

    private static String property(CamelContext context, String name) {
        return context.getPropertiesComponent().resolveProperty(name).orElse("");
    }

    private static void check(String what, String host, String port, String variable) {
        int number = number(what, port, variable);
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(host, number));
        } catch (IOException e) {
            throw new GatewaySetup.InvalidConfiguration(what + ", " + number + " on " + host + ", cannot be opened: "
                    + e.getMessage() + ". Another one can be chosen with " + variable + ".");
        }
    }

    private static int number(String what, String port, String variable) {
        try {
            int number = Integer.parseInt(port.trim());
            if (number >= 0 && number <= HIGHEST) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, with the rest of what is no port.
        }
        throw new GatewaySetup.InvalidConfiguration(
                what + " must be a number from 0 to " + HIGHEST + ", not '" + port + "'; see " + variable + ".");
    }

    /** Tells the operator where the gateway is to be found. */
    static void log(CamelContext context, MainConfigurationProperties main) {
        MainHttpServer clients = context.hasService(MainHttpServer.class);
        if (clients != null) {
            LOG.info("Clients: http://{}:{}/v1", main.httpServer().getHost(), clients.getPort());
        }
        ManagementHttpServer admin = context.hasService(ManagementHttpServer.class);
        if (admin != null) {
            LOG.info("Admin:   http://{}:{}", main.httpManagementServer().getHost(), admin.getPort());
        }
    }
}
