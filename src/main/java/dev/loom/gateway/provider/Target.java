package dev.loom.gateway.provider;

import dev.loom.gateway.config.ProviderConfig;

/**
 * Whom an attempt asks for what.
 *
 * @param model the name sent upstream; for Azure the deployment
 */
public record Target(ProviderConfig provider, String model) {}
