package dev.loom.gateway.accounts.store;

import dev.loom.gateway.accounts.MemoryStore;
import dev.loom.gateway.accounts.UsageStore;
import dev.loom.gateway.config.accounts.TokenAccountingConfig;

/** The store that a configuration names. */
public final class UsageStores {

    private UsageStores() {}

    public static UsageStore of(TokenAccountingConfig config) {
        return new MemoryStore();
    }
}
