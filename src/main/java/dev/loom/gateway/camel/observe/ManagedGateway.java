package dev.loom.gateway.camel.observe;

import dev.loom.gateway.camel.port.Version;
import dev.loom.gateway.config.LoadedConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.api.management.ManagedResource;

/**
 * The gateway as a whole as JMX shows it. Public because the JVM's management calls it by reflection. What may be called
 * over HTTP stands in {@code loom/jolokia-access.xml}.
 */
@ManagedResource(description = "The gateway as a whole")
public final class ManagedGateway {

    private final Supplier<LoadedConfig> loaded;
    private final IntSupplier inFlight;
    private final Operations operations;

    /** What an operator can do. */
    public interface Operations {

        /**
         * What has changed.
         *
         * @throws IllegalArgumentException what is wrong; JMX clients do not know the gateway's own classes
         */
        List<String> reload() throws InterruptedException;
    }

    public ManagedGateway(Supplier<LoadedConfig> loaded, IntSupplier inFlight, Operations operations) {
        this.loaded = loaded;
        this.inFlight = inFlight;
        this.operations = operations;
    }

    @ManagedOperation(description = "Reads the configuration again; tells what has changed, or what is wrong with it")
    public List<String> reloadConfiguration() throws InterruptedException {
        return operations.reload();
    }

    @ManagedAttribute(description = "The gateway's version")
    public String getVersion() {
        return Version.NUMBER;
    }

    @ManagedAttribute(description = "Clients' requests under way")
    public int getRequestsInFlight() {
        return inFlight.getAsInt();
    }

    @ManagedAttribute(description = "routing.strategy: how a provider is chosen")
    public String getStrategy() {
        return loaded.get().config().routing().strategy();
    }

    @ManagedAttribute(description = "The files that the configuration was read from; none if it was packaged")
    public List<String> getConfigFiles() {
        return loaded.get().files().stream().map(Path::toString).toList();
    }
}
