package dev.loom.gateway.camel.port;

import dev.loom.gateway.config.yaml.ConfigException;

/** Carries a {@link ConfigException}, or what is wrong with other settings, through Camel's start. */
public final class InvalidConfiguration extends RuntimeException {

    public InvalidConfiguration(String message) {
        super(message);
    }

    public InvalidConfiguration(ConfigException cause) {
        super(cause.getMessage(), cause);
    }
}
