package dev.loom.gateway.accounts;

import java.util.concurrent.atomic.AtomicBoolean;

/** What one request may use. Settled once, whoever calls how often. */
public final class Reservation implements Decision {

    private final Account account;
    private final Tier tier;
    private final long tokens;
    private final long cost;
    private final AtomicBoolean settled = new AtomicBoolean();

    Reservation(Account account, Tier tier, long tokens, long cost) {
        this.account = account;
        this.tier = tier;
        this.tokens = tokens;
        this.cost = cost;
    }

    /**
     * Puts what was used in the place of what was reserved.
     *
     * @param usedCost nano-dollars
     */
    public void settle(long usedTokens, long usedCost) {
        if (settled.compareAndSet(false, true)) {
            account.settle(tier, tokens, cost, usedTokens, usedCost);
        }
    }
}
