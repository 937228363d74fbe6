package dev.loom.gateway.camel;

import dev.loom.gateway.config.LoadedConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedResource;

/**
 * The gateway as a whole as JMX shows it. Public because the JVM's management calls it by reflection. Actions on the
 * whole gateway have their place here, with {@code @ManagedOperation}, and in {@code loom/jolokia-access.xml}.
 */
@ManagedResource(description = "The gateway as a whole")
public final class ManagedGateway {

    private final Supplier<LoadedConfig> loaded;
    private final IntSupplier inFlight;

    ManagedGateway(Supplier<LoadedConfig> loaded, IntSupplier inFlight) {
        this.loaded = loaded;
        this.inFlight = inFlight;
    }

    @ManagedAttribute(description = "The gateway's version")
    public String getVersion() {
        return GatewayMain.VERSION;
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
