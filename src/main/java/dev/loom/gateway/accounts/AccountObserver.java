package dev.loom.gateway.accounts;

import dev.loom.gateway.provider.Usage;

/** Is told what accounts do, so that it can be counted. Called by many threads. */
public interface AccountObserver {

    AccountObserver NONE = new AccountObserver() {};

    /** @param cost nano-dollars */
    default void used(String account, String provider, String model, Usage usage, long cost) {}

    default void refused(String account, Limit limit) {}
}
