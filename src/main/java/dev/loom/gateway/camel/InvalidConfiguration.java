package dev.loom.gateway.camel;

import dev.loom.gateway.config.ConfigException;

/** Carries a {@link ConfigException}, or what is wrong with other settings, through Camel's start. */
final class InvalidConfiguration extends RuntimeException {

    InvalidConfiguration(String message) {
        super(message);
    }

    InvalidConfiguration(ConfigException cause) {
        super(cause.getMessage(), cause);
    }
}
