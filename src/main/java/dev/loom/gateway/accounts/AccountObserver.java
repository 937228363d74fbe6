package dev.loom.gateway.accounts;

import dev.loom.gateway.provider.Usage;

/** Is told what accounts do, so that it can be counted. Called by many threads. */
public interface AccountObserver {

    AccountObserver NONE = new AccountObserver() {};

    /** @param cost nano-dollars */
    default void used(String account, String provider, String model, Usage usage, long cost) {}

    default void refused(String account, Limit limit) {}

    /** What became of the post of a webhook. */
    enum Posting {
        DELIVERED,
        /** Failed, and is sent again. */
        RETRIED,
        /** Failed, and is not sent again. */
        FAILED
    }

    default void webhook(Posting posting) {}

    /** Usage is kept here from now on. Called once. */
    default void opened(UsageStore store) {}
}
