package dev.loom.gateway.camel.app;

import dev.loom.gateway.camel.port.InvalidConfiguration;
import org.apache.camel.main.HttpManagementServerConfigurationProperties;
import org.apache.camel.main.HttpServerConfigurationProperties;
import org.apache.camel.main.MainConfigurationProperties;
import org.jspecify.annotations.Nullable;

/**
 * Camel's own access to its ports, {@code camel.server.authenticationEnabled} and the same of {@code camel.management}.
 * In the Camel that is used here it guards less than it says, in two ways that were published: below a path other than
 * {@code /} it guards the path itself and nothing beneath it (CVE-2026-40022), and of a JWT it looks neither at the
 * issuer nor at the audience (CVE-2026-66908).
 */
final class CamelAccess {

    private CamelAccess() {}

    /** @throws InvalidConfiguration if a port would be open to those whom its settings seem to keep out */
    static void check(MainConfigurationProperties main) {
        HttpServerConfigurationProperties clients = main.httpServer();
        if (clients.isAuthenticationEnabled()) {
            check(
                    "camel.server",
                    clients.getPath(),
                    clients.getAuthenticationPath(),
                    clients.getJwtKeystorePath(),
                    "server.api_keys");
        }
        HttpManagementServerConfigurationProperties admin = main.httpManagementServer();
        if (admin.isAuthenticationEnabled()) {
            check(
                    "camel.management",
                    admin.getPath(),
                    admin.getAuthenticationPath(),
                    admin.getJwtKeystorePath(),
                    "admin.token");
        }
    }

    private static void check(
            String server, @Nullable String path, @Nullable String guarded, @Nullable String jwt, String better) {
        if (jwt != null) {
            throw new InvalidConfiguration(server + ".jwtKeystorePath would let in a token of any issuer and for any"
                    + " audience (CVE-2026-66908). Use " + better + " in the gateway's configuration.");
        }
        if (path != null && !path.equals("/") && guarded == null) {
            throw new InvalidConfiguration(server + ".authenticationEnabled would guard " + path
                    + " itself and nothing beneath it (CVE-2026-40022). Set " + server
                    + ".authenticationPath=/*, or use "
                    + better + " in the gateway's configuration.");
        }
    }
}
