package dev.loom.gateway.traffic;

import dev.loom.gateway.config.ProviderConfig;

/** Who knows that a provider is to be left alone: this instance, or all of them. Thread-safe. */
public interface SharedCoolDowns {

    /** The cool-down of a provider that is reached in this way; asked for again, it gets a new one. */
    CoolDown of(ProviderConfig provider);

    /** Whether an operator has drained a provider in all instances at once. */
    boolean drained(String provider);
}
