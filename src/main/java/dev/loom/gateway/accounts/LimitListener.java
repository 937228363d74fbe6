package dev.loom.gateway.accounts;

/** Is told when an account has used a part of a limit. Called by many threads, which must not wait here. */
@FunctionalInterface
public interface LimitListener {

    LimitListener NONE = (account, limit, threshold, used, most) -> {};

    /**
     * Once for each window, limit and threshold.
     *
     * @param threshold of the limit, 1 for all of it
     * @param used tokens or nano-dollars
     */
    void crossed(String account, Limit limit, double threshold, long used, long most);
}
