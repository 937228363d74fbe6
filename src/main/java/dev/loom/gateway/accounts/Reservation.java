package dev.loom.gateway.accounts;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What one request may use. Settled once, whoever calls how often. */
public final class Reservation implements Decision {

    private final Account account;
    private final Tier tier;
    private final long tokens;
    private final long cost;
    private final @Nullable String common;
    private final AtomicBoolean settled = new AtomicBoolean();

    /** @param common what it is called where all instances count; null where this one counted alone */
    Reservation(Account account, Tier tier, long tokens, long cost, @Nullable String common) {
        this.account = account;
        this.tier = tier;
        this.tokens = tokens;
        this.cost = cost;
        this.common = common;
    }

    Tier tier() {
        return tier;
    }

    long tokens() {
        return tokens;
    }

    long cost() {
        return cost;
    }

    @Nullable
    String common() {
        return common;
    }

    /**
     * Puts what was used in the place of what was reserved.
     *
     * @param usedCost nano-dollars
     */
    public void settle(long usedTokens, long usedCost) {
        if (settled.compareAndSet(false, true)) {
            Together.settle(account, this, usedTokens, usedCost);
        }
    }
}
