package dev.loom.gateway.migration;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An entry of {@code model_list}: a model of a provider, under the name that clients use.
 *
 * @param at where it stands
 * @param group what clients ask for
 * @param model the provider's own name of it; {@code *} is the client's
 * @param reach how the provider is reached, as keys of ours: deployments that are reached alike may share a provider
 * @param own what only this deployment has, such as limits, as keys of ours; not empty: it needs a provider of its own
 */
record Deployment(
        Item at, Vendor vendor, String group, String model, Map<String, Object> reach, Map<String, Object> own) {

    boolean isWildcard() {
        return group.endsWith("*");
    }

    /** The keys of a provider of ours but {@code name} and the models. */
    Map<String, Object> provider() {
        Map<String, Object> keys = new LinkedHashMap<>(reach);
        keys.putAll(own);
        return keys;
    }
}
