package dev.loom.gateway.provider;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.TimeoutsConfig;

/**
 * Whom an attempt asks for what.
 *
 * @param model the name sent upstream; for Azure the deployment
 */
public record Target(ProviderConfig provider, String model) {

    /** The provider's, but for those that are set for this model. */
    public TimeoutsConfig timeouts() {
        return provider.timeouts().with(provider.model(model).timeouts());
    }
}
