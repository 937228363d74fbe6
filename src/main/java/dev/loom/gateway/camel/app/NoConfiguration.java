package dev.loom.gateway.camel.app;

import dev.loom.gateway.camel.port.InvalidConfiguration;
import dev.loom.gateway.camel.port.Loopback;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A gateway that was given no configuration. It answers by simulators, which must not pass for models. */
final class NoConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(NoConfiguration.class);

    private NoConfiguration() {}

    static boolean isIn(List<String> locations) {
        return locations.equals(List.of(Installation.DEMO));
    }

    /** Says what is missing, and what to do. */
    static String message() {
        return "No configuration was found, so two simulated providers answer and no model is called. To use your own,"
                + " write ai-gateway.yaml into " + Path.of("").toAbsolutePath()
                + ", or name a file with --config or LOOM_CONFIG.";
    }

    /**
     * Warns on this machine.
     *
     * @throws InvalidConfiguration if the client port would be bound so that other machines reach it
     */
    static void allowOn(String clientHost) {
        if (!Loopback.isBoundTo(clientHost)) {
            throw new InvalidConfiguration("No configuration was found, and the client port would be open to other"
                    + " machines at " + clientHost + " (CAMEL_SERVER_HOST). Write ai-gateway.yaml into "
                    + Path.of("").toAbsolutePath()
                    + ", name a file with --config or LOOM_CONFIG, or start with --demo to"
                    + " serve simulated answers there.");
        }
        LOG.warn("{} Start with --demo to do so without this warning.", message());
    }
}
