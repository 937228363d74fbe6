package dev.loom.gateway.provider;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.TimeoutsConfig;
import java.util.HashSet;
import java.util.Set;

/**
 * Whom an attempt asks for what.
 *
 * @param model the name sent upstream; for Azure the deployment
 * @param quirks what is known of the provider when the attempt begins
 */
public record Target(ProviderConfig provider, String model, Quirks quirks) {

    /** At a provider that has refused nothing yet. */
    public Target(ProviderConfig provider, String model) {
        this(provider, model, Quirks.of(provider));
    }

    /** The same, as one that refuses this, too. */
    public Target without(String refused) {
        Set<String> all = new HashSet<>(quirks.refused());
        all.add(refused);
        return new Target(provider, model, quirks.refusing(Set.copyOf(all)));
    }

    /** Two targets of the same kind take the same requests, as long as they are sent to the same model. */
    public String kind() {
        return provider.type() + '/' + quirks.family().name();
    }

    /** The provider's, but for those that are set for this model. */
    public TimeoutsConfig timeouts() {
        return provider.timeouts().with(provider.model(model).timeouts());
    }
}
