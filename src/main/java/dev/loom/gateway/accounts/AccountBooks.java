package dev.loom.gateway.accounts;

import dev.loom.gateway.config.accounts.TokenAccountingConfig;
import dev.loom.gateway.traffic.Fleet;
import dev.loom.gateway.traffic.SharedAccounts;
import dev.loom.gateway.traffic.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What survives a reload: the ledger, and what waits to be stored. Made when the first configuration asks for it. */
public final class AccountBooks {

    private final TimeSource time;
    private final UsageBuffer buffer;
    private final WebhookPoster poster;
    private volatile AccountObserver observer = AccountObserver.NONE;
    private final Function<TokenAccountingConfig, UsageStore> stores;
    private final long started;
    private volatile @Nullable SharedAccounts shared;
    private volatile @Nullable Ledger ledger;
    private volatile @Nullable UsageStore store;
    private volatile Duration retention = Duration.ZERO;
    private volatile boolean seeded;

    /** @param stores opens one, which need not be reachable yet */
    public AccountBooks(TimeSource time, Function<TokenAccountingConfig, UsageStore> stores, WebhookPoster poster) {
        this.poster = poster;
        this.stores = stores;
        this.started = time.instant().getEpochSecond() / 60 * 60;
        this.time = time;
        this.buffer = new UsageBuffer(time);
    }

    /** Who is told, from the next configuration on. */
    public void observe(AccountObserver told) {
        observer = told;
    }

    /** With whom limits are counted, from the next configuration on; null: with nobody. */
    public void share(@Nullable SharedAccounts all) {
        shared = all;
    }

    /** What waits to be stored. */
    public UsageBuffer buffer() {
        return buffer;
    }

    /** Null as long as no configuration has asked for accounts. */
    public @Nullable Ledger ledger() {
        return ledger;
    }

    /**
     * Accounts as this configuration has them, with everything that they have used so far; null where it wants none.
     *
     * @throws IllegalArgumentException if a key of {@code jwt} is none
     */
    public @Nullable Accounting under(TokenAccountingConfig config) {
        if (!config.enabled()) {
            return null;
        }
        Ledger known = ledger;
        if (known == null) {
            known = new Ledger(new Rules(config), time);
            known.share(shared);
            UsageStore opened = stores.apply(config);
            observer.opened(opened);
            store = opened;
            ledger = known;
        }
        return Accounting.under(config, known, buffer, observer, time);
    }

    /** This configuration is in force from now on. */
    public void use(TokenAccountingConfig config) {
        Ledger known = ledger;
        if (known != null && config.enabled()) {
            tell(known, config);
            known.use(new Rules(config));
            retention = config.retention();
        }
    }

    private void tell(Ledger known, TokenAccountingConfig config) {
        if (config.webhooks().isEmpty()) {
            known.tell(LimitListener.NONE);
        } else {
            Webhooks webhooks = new Webhooks(config.webhooks(), time, poster, observer);
            known.tell(webhooks, webhooks.thresholds());
        }
    }

    /** Null as long as no configuration has asked for accounts. */
    public @Nullable UsageStore store() {
        return store;
    }

    /**
     * What was used before the process began counts against the limits, once. To be repeated until it is done.
     *
     * @return whether it is: not as long as usage of before still waits to be stored
     * @throws UsageStore.StoreAway if the store is not there yet
     */
    public boolean seed() throws UsageStore.StoreAway {
        Ledger known = ledger;
        UsageStore kept = store;
        if (seeded || known == null || kept == null || kept.waits()) {
            return seeded;
        }
        Duration longest = known.rules().longest();
        if (!longest.isZero()) {
            UsageQuery query = UsageQuery.since(Instant.ofEpochSecond(started), longest)
                    .before(started)
                    .each(longest.dividedBy(60))
                    .perAccount();
            for (UsageRow row : kept.read(query)) {
                known.seed(row.account(), row.at() * 1000, row.tokens(), row.cost());
            }
        }
        seeded = true;
        return true;
    }

    /** Usage of before is not known: it is older than the configuration wants it, or was lost with an earlier process. */
    public Instant keptSince() {
        Instant oldest = time.instant().minus(retention);
        Instant start = Instant.ofEpochSecond(started);
        UsageStore kept = store;
        return kept != null && !kept.lasts() && start.isAfter(oldest) ? start : oldest;
    }

    /** Lets go of what is older than the configuration wants, some of it at a time, and of accounts that do nothing. */
    public boolean tidy() throws UsageStore.StoreAway {
        Ledger known = ledger;
        UsageStore kept = store;
        if (known == null || kept == null) {
            return false;
        }
        known.sweep();
        return kept.forgetSome(time.instant().minus(retention).getEpochSecond());
    }

    /**
     * Nothing is known any more of what an account has used.
     *
     * @throws UsageStore.StoreAway if the store is away; nothing has changed then
     * @throws Fleet.Unreachable if other instances cannot be told. Nothing has changed then, unless they cannot be told any more
     *     since a moment ago: then its limits are as before, and what is stored is gone
     */
    public void forget(String account) throws UsageStore.StoreAway, Fleet.Unreachable {
        Ledger known = ledger;
        UsageStore kept = store;
        if (known != null && kept != null) {
            known.reach();
            kept.forget(account);
            known.forget(account);
            buffer.forget(account);
        }
    }
}
