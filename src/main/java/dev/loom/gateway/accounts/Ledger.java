package dev.loom.gateway.accounts;

import dev.loom.gateway.traffic.Asked;
import dev.loom.gateway.traffic.Fleet;
import dev.loom.gateway.traffic.SharedAccounts;
import dev.loom.gateway.traffic.TimeSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All accounts and what they have used of their limits. Survives every reload of the configuration. Thread-safe.
 */
public final class Ledger {

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    /** Beside which no more are told apart: some 2 kB each, with four limits. */
    public static final int MOST_ACCOUNTS = 20_000;

    /** The account of all that are one too many. */
    public static final String OTHER = "other";

    private final TimeSource time;
    private final ConcurrentMap<String, Account> accounts = new ConcurrentHashMap<>();
    private volatile LimitListener listener = LimitListener.NONE;
    private volatile double[] thresholds = {};
    private volatile boolean warned;

    private volatile @Nullable SharedAccounts shared;
    private volatile Rules rules;

    public Ledger(Rules rules, TimeSource time) {
        this.rules = rules;
        this.time = time;
    }

    /** Other limits; what was used keeps counting. */
    public void use(Rules next) {
        rules = next;
    }

    /** Limits are counted by all instances together from now on; null: by this one alone. */
    public void share(@Nullable SharedAccounts all) {
        shared = all;
    }

    public boolean isShared() {
        return shared != null;
    }

    @Nullable
    SharedAccounts shared() {
        return shared;
    }

    Rules rules() {
        return rules;
    }

    /**
     * Who is told from now on.
     *
     * @param shares of a limit at which is told, ascending; the last one is 1
     */
    public void tell(LimitListener told, double... shares) {
        thresholds = shares.clone();
        listener = told;
    }

    LimitListener listener() {
        return listener;
    }

    double[] thresholds() {
        return thresholds;
    }

    long now() {
        return time.instant().toEpochMilli();
    }

    /** The account's name, or that of all others where there are too many. It is known until the next sweep at least. */
    public String admit(String name) {
        if (accounts.containsKey(name)) {
            return name;
        }
        if (accounts.size() < MOST_ACCOUNTS) {
            return account(name).name();
        }
        if (!warned) {
            warned = true;
            LOG.warn(
                    "there are more than {} accounts: those that are new are counted as '{}'; is token_accounting.key"
                            + " something that every request has anew?",
                    MOST_ACCOUNTS,
                    OTHER);
        }
        return OTHER;
    }

    /**
     * Takes what a request may use out of every limit of its account, or out of none.
     *
     * @param asker of whom is known only what is believed; says which tier the account is in
     * @param tokens not negative
     * @param cost nano-dollars, not negative
     */
    public Decision reserve(String name, Asker asker, long tokens, long cost) {
        while (true) {
            Decision decision = Together.reserve(account(name), rules.tier(asker), tokens, cost);
            if (decision != null) {
                return decision;
            }
        }
    }

    /**
     * As {@link #reserve}, but an answer of the store need not be waited for at once. Where there is no room as far as is known
     * here, it is. Whoever asks has to take the answer in any case.
     */
    public Asked<Decision> ask(String name, Asker asker, long tokens, long cost) {
        Account account = account(name);
        Tier tier = rules.tier(asker);
        if (!Together.isAsked(account, tier) || !account.hasRoom(tier, tokens, cost)) {
            return Asked.known(reserve(name, asker, tokens, cost));
        }
        Supplier<@Nullable Decision> sent = Together.ask(account, tier, tokens, cost);
        return Asked.sent(() -> {
            Decision decision = sent.get();
            return decision != null ? decision : reserve(name, asker, tokens, cost);
        });
    }

    private Account account(String name) {
        Account known = accounts.get(name);
        return known != null ? known : accounts.computeIfAbsent(name, key -> new Account(key, this));
    }

    /** How the account stands within each limit, as this instance knows it; a name that nobody has used yet stands well. */
    public List<Standing> standings(String name) {
        return known(name).standings();
    }

    /** The same of several, as all instances count them by now; waits for the store for a second at most. */
    public Map<String, List<Standing>> standings(Collection<String> names) {
        Map<String, Account> looked = new LinkedHashMap<>();
        names.forEach(name -> looked.put(name, known(name)));
        Together.look(looked.values(), shared);
        Map<String, List<Standing>> standings = new LinkedHashMap<>();
        looked.forEach((name, account) -> standings.put(name, account.standings()));
        return standings;
    }

    private Account known(String name) {
        Account known = accounts.get(name);
        return known != null ? known : new Account(name, this);
    }

    /** Adds what was used before, or elsewhere. */
    public void seed(String name, long atMillis, long tokens, long cost) {
        account(admit(name)).seed(atMillis, tokens, cost);
    }

    /** @throws Fleet.Unreachable if nothing can be told to other instances now */
    public void reach() throws Fleet.Unreachable {
        SharedAccounts all = shared;
        if (all != null && !all.available()) {
            throw new Fleet.Unreachable(
                    "The account's usage and limits are as before, since the other instances cannot be told; GET /ai/fleet says why");
        }
    }

    /**
     * Nothing counts against the account any more.
     *
     * @throws Fleet.Unreachable if the other instances cannot be told; then all counts as before
     */
    public void forget(String name) throws Fleet.Unreachable {
        Account account = known(name);
        SharedAccounts all = shared;
        if (all != null) {
            all.forget(name, account.windows());
        }
        account.forget();
    }

    /** Lets go of accounts of which nothing counts any more. */
    public void sweep() {
        accounts.values().removeIf(Account::closeIfIdle);
    }

    /** Whether something counts of this account. */
    public boolean has(String name) {
        return accounts.containsKey(name);
    }

    /** Accounts of which something counts. */
    public int size() {
        return accounts.size();
    }
}
