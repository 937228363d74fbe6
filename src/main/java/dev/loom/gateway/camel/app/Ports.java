package dev.loom.gateway.camel.app;

import dev.loom.gateway.camel.port.FreePort;
import dev.loom.gateway.camel.port.InvalidConfiguration;
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

    /** @throws InvalidConfiguration if one of them is no port number; Camel would print a stack trace */
    static void checkNumbers(CamelContext context) {
        checkNumber(context, "camel.server.port", "The client port", "CAMEL_SERVER_PORT");
        checkNumber(context, "camel.management.port", "The admin port", "CAMEL_MANAGEMENT_PORT");
    }

    private static void checkNumber(CamelContext context, String property, String what, String variable) {
        String port = context.getPropertiesComponent().resolveProperty(property).orElse("0");
        if (!isPort(port.trim())) {
            throw new InvalidConfiguration(what + " must be a number from 0 to " + HIGHEST + ", not '" + port
                    + "'; see " + property + " and " + variable + ".");
        }
    }

    private static boolean isPort(String text) {
        return text.matches("\\d{1,5}") && Integer.parseInt(text) <= HIGHEST;
    }

    /** @throws InvalidConfiguration if one of them cannot be opened, so that none is */
    static void checkFree(MainConfigurationProperties main) {
        if (main.httpServer().isEnabled()) {
            String host = main.httpServer().getHost();
            FreePort.require("client", host, main.httpServer().getPort(), "CAMEL_SERVER_PORT");
        }
        if (main.httpManagementServer().isEnabled()) {
            String host = main.httpManagementServer().getHost();
            FreePort.require("admin", host, main.httpManagementServer().getPort(), "CAMEL_MANAGEMENT_PORT");
        }
    }

    /** Tells the operator where the gateway is to be found. */
    static void log(CamelContext context, MainConfigurationProperties main) {
        MainHttpServer clients = context.hasService(MainHttpServer.class);
        if (clients != null) {
            LOG.info(
                    "Clients: {}://{}:{}/v1",
                    scheme(main.httpServer().isUseGlobalSslContextParameters()),
                    main.httpServer().getHost(),
                    clients.getPort());
        }
        ManagementHttpServer admin = context.hasService(ManagementHttpServer.class);
        if (admin != null) {
            LOG.info(
                    "Admin:   {}://{}:{}",
                    scheme(main.httpManagementServer().isUseGlobalSslContextParameters()),
                    main.httpManagementServer().getHost(),
                    admin.getPort());
        }
    }

    private static String scheme(boolean tls) {
        return tls ? "https" : "http";
    }
}
