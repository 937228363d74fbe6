package dev.loom.gateway.accounts;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one account has used in the windows of its limits, and what its requests under way may use. Thread-safe: every
 * method holds the object's own lock for a few additions.
 */
final class Account {

    /** Where a refusal hangs on requests under way, whose end nobody knows. */
    private static final long SOON = 1_000;

    private final String name;
    private final Ledger ledger;
    private List<Limit> limits = List.of();
    private Meter[] meters = {};

    /** Until when each threshold of each limit has been told of: [limit][threshold]. */
    private long[][] toldUntil = {};

    private long reservedTokens;
    private long reservedCost;
    private boolean closed;

    /** As its last request had it. */
    private @Nullable Tier tier;

    Account(String name, Ledger ledger) {
        this.name = name;
        this.ledger = ledger;
    }

    /** @return null if the account has been closed meanwhile, or other limits have come into force */
    @Nullable
    Decision reserve(Tier wanted, long tokens, long cost) {
        Refusal refusal;
        synchronized (this) {
            if (closed || wanted.limits() != ledger.rules().limits()) {
                return null;
            }
            long now = ledger.now();
            tier = wanted;
            use(wanted.limits(), now);
            refusal = refusal(wanted, tokens, cost, now);
            if (refusal == null) {
                reservedTokens += tokens;
                reservedCost += cost;
                return new Reservation(this, wanted, tokens, cost);
            }
        }
        tell(wanted, refusal);
        return refusal;
    }

    private @Nullable Refusal refusal(Tier wanted, long tokens, long cost, long now) {
        Refusal longest = null;
        for (int i = 0; i < meters.length; i++) {
            Limit limit = limits.get(i);
            long amount = limit.kind() == Limit.Kind.TOKENS ? tokens : cost;
            Refusal refusal = refusal(limit, meters[i], amount, wanted.most(i), now);
            if (refusal != null && (longest == null || refusal.retryIn().compareTo(longest.retryIn()) > 0)) {
                longest = refusal;
            }
        }
        return longest;
    }

    /** A request that is larger than its whole limit may pass an account that has used nothing. */
    private @Nullable Refusal refusal(Limit limit, Meter meter, long wanted, long most, long now) {
        long used = meter.used(now);
        long taken = used + reserved(limit);
        if (taken == 0 || wanted <= most - taken) {
            return null;
        }
        long tooMuch = wanted > most ? taken : taken + wanted - most;
        long wait = tooMuch <= used ? meter.millisUntilFreed(now, tooMuch) : SOON;
        return new Refusal(limit, taken, most, Duration.ofMillis(Math.max(1, wait)));
    }

    private long reserved(Limit limit) {
        return limit.kind() == Limit.Kind.TOKENS ? reservedTokens : reservedCost;
    }

    void settle(Tier taken, long tokens, long cost, long usedTokens, long usedCost) {
        List<Crossing> crossings = List.of();
        synchronized (this) {
            long now = ledger.now();
            reservedTokens -= tokens;
            reservedCost -= cost;
            add(now, usedTokens, usedCost);
            crossings = crossings(taken, now);
        }
        crossings.forEach(crossing -> crossing.tell(name, ledger.listener()));
    }

    /** What the store says that was used before. */
    synchronized void seed(long at, long usedTokens, long usedCost) {
        use(ledger.rules().limits(), ledger.now());
        add(at, usedTokens, usedCost);
    }

    private void add(long at, long usedTokens, long usedCost) {
        for (int i = 0; i < meters.length; i++) {
            meters[i].add(at, limits.get(i).kind() == Limit.Kind.TOKENS ? usedTokens : usedCost);
        }
    }

    /** By the tier of its last request. */
    synchronized List<Standing> standings() {
        long now = ledger.now();
        Rules rules = ledger.rules();
        use(rules.limits(), now);
        Tier known = tier != null && tier.limits() == rules.limits() ? tier : rules.standard();
        List<Standing> standings = new ArrayList<>(meters.length);
        for (int i = 0; i < meters.length; i++) {
            Limit limit = limits.get(i);
            long used = meters[i].used(now);
            standings.add(new Standing(
                    limit, used + reserved(limit), known.most(i), Duration.ofMillis(meters[i].millisUntilEmpty(now))));
        }
        return standings;
    }

    synchronized void forget() {
        for (Meter meter : meters) {
            meter.clear();
        }
    }

    /** Closes it if nothing that it knows matters any more. */
    synchronized boolean closeIfIdle() {
        long now = ledger.now();
        boolean idle = reservedTokens == 0 && reservedCost == 0;
        for (Meter meter : meters) {
            idle &= meter.used(now) == 0;
        }
        closed |= idle;
        return closed;
    }

    /** After a reload: what was used counts in the windows of now. */
    private void use(List<Limit> wanted, long now) {
        if (wanted == limits) {
            return;
        }
        Meter[] next = new Meter[wanted.size()];
        long[][] told = new long[wanted.size()][ledger.thresholds().length];
        for (int i = 0; i < next.length; i++) {
            int before = indexOf(wanted.get(i));
            next[i] = before < 0 ? wanted.get(i).meter(now) : kept(before, wanted.get(i), now);
            if (before >= 0 && toldUntil[before].length == told[i].length) {
                told[i] = toldUntil[before];
            }
        }
        meters = next;
        limits = wanted;
        toldUntil = told;
    }

    private int indexOf(Limit limit) {
        for (int i = 0; i < limits.size(); i++) {
            if (limits.get(i).isSame(limit)) {
                return i;
            }
        }
        return -1;
    }

    private Meter kept(int before, Limit limit, long now) {
        if (limits.get(before).measuresAs(limit)) {
            return meters[before];
        }
        Meter meter = limit.meter(now);
        meters[before].pourInto(meter, now);
        return meter;
    }

    private record Crossing(Limit limit, double threshold, long used, long most) {

        void tell(String account, LimitListener listener) {
            listener.crossed(account, limit, threshold, used, most);
        }
    }

    private List<Crossing> crossings(Tier taken, long now) {
        double[] thresholds = ledger.thresholds();
        if (thresholds.length == 0 || taken.limits() != limits) {
            return List.of();
        }
        List<Crossing> crossings = new ArrayList<>(0);
        for (int i = 0; i < meters.length; i++) {
            long used = meters[i].used(now);
            if (toldUntil[i].length != thresholds.length) {
                toldUntil[i] = new long[thresholds.length];
            }
            for (int t = 0; t < thresholds.length; t++) {
                if (used >= thresholds[t] * taken.most(i) && now >= toldUntil[i][t]) {
                    toldUntil[i][t] = now + meters[i].millisOfWindow(now);
                    crossings.add(new Crossing(limits.get(i), thresholds[t], used, taken.most(i)));
                }
            }
        }
        return crossings;
    }

    /** A refusal is a limit reached, though perhaps not to the last token. */
    private void tell(Tier taken, Refusal refusal) {
        Crossing crossing = null;
        synchronized (this) {
            int limit = indexOf(refusal.limit());
            int whole = ledger.thresholds().length - 1;
            long now = ledger.now();
            boolean known = limit >= 0 && toldUntil[limit].length == whole + 1;
            if (whole >= 0 && known && now >= toldUntil[limit][whole]) {
                toldUntil[limit][whole] = now + meters[limit].millisOfWindow(now);
                crossing = new Crossing(refusal.limit(), 1, refusal.used(), taken.most(limit));
            }
        }
        if (crossing != null) {
            crossing.tell(name, ledger.listener());
        }
    }
}
