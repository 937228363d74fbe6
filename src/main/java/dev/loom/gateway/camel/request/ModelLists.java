package dev.loom.gateway.camel.request;

import dev.loom.gateway.config.ProviderConfig;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which models providers say that they have, where the configuration leaves that to them. */
@FunctionalInterface
public interface ModelLists {

    /** Null where the provider has not said. */
    @Nullable
    Set<String> of(Gateway gateway, ProviderConfig provider);
}
