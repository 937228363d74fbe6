package dev.loom.gateway.accounts;

import dev.loom.gateway.traffic.SharedAccounts;
import dev.loom.gateway.traffic.SharedAccounts.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one account has used in the windows of its limits, and what its requests under way may use. Thread-safe: every
 * method holds the object's own lock for a few additions. Long, because all that the lock guards stands here.
 */
final class Account {

    /** Where a refusal hangs on requests under way, whose end nobody knows. */
    private static final long SOON = 1_000;

    private final String name;
    private final Ledger ledger;
    private final CrossedThresholds told = new CrossedThresholds();
    private final CommonWindows common = new CommonWindows();
    private List<Limit> limits = List.of();
    private Meter[] meters = {};
    private long reservedTokens;
    private long reservedCost;
    private boolean closed;

    /** As its last request had it. */
    private @Nullable Tier tier;

    Account(String name, Ledger ledger) {
        this.name = name;
        this.ledger = ledger;
    }

    String name() {
        return name;
    }

    Ledger ledger() {
        return ledger;
    }

    /**
     * Reserves by this instance's own count, without the others.
     *
     * @return null if the account has been closed meanwhile, or other limits have come into force
     */
    @Nullable
    Decision reserve(Tier wanted, long tokens, long cost) {
        Refusal refusal;
        CrossedThresholds.Crossing crossing = null;
        synchronized (this) {
            if (isOutdated(wanted)) {
                return null;
            }
            long now = ledger.now();
            begin(wanted, now);
            common.divide(ledger.shared(), limits, meters, now);
            refusal = refusal(wanted, tokens, cost, now);
            if (refusal == null) {
                take(tokens, cost);
                return new Reservation(this, wanted, tokens, cost, null);
            }
            int place = limits.indexOf(refusal.limit());
            crossing = told.reached(wanted, place, refusal.used(), meters, ledger.thresholds(), now);
        }
        if (crossing != null) {
            crossing.tell(name, ledger.listener());
        }
        return refusal;
    }

    /** As far as this instance knows; takes nothing. */
    synchronized boolean hasRoom(Tier wanted, long tokens, long cost) {
        if (isOutdated(wanted)) {
            return false;
        }
        long now = ledger.now();
        begin(wanted, now);
        return refusal(wanted, tokens, cost, now) == null;
    }

    private boolean isOutdated(Tier wanted) {
        return closed || wanted.limits() != ledger.rules().limits();
    }

    private void begin(Tier wanted, long now) {
        tier = wanted;
        use(wanted.limits(), now);
    }

    private @Nullable Refusal refusal(Tier wanted, long tokens, long cost, long now) {
        Refusal longest = null;
        for (int i = 0; i < meters.length; i++) {
            Limit limit = limits.get(i);
            long amount = limit.kind() == Limit.Kind.TOKENS ? tokens : cost;
            Refusal refusal = refusal(limit, meters[i], amount, common.share(wanted.most(i)), now);
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
        return limit.kind() == Limit.Kind.TOKENS
                ? reservedTokens + common.othersTokens()
                : reservedCost + common.othersCost();
    }

    synchronized void take(long tokens, long cost) {
        reservedTokens += tokens;
        reservedCost += cost;
    }

    /** As the store is asked for them; null if the account has been closed, or other limits have come into force. */
    synchronized @Nullable List<Window> windows(Tier wanted) {
        return isOutdated(wanted) ? null : windowsOf(wanted);
    }

    /** The same tier, or the standard one of a configuration that has come into force meanwhile. */
    Tier inForce(Tier taken) {
        Rules rules = ledger.rules();
        return taken.limits() == rules.limits() ? taken : rules.standard();
    }

    synchronized List<Window> windowsOf(Tier wanted) {
        long now = ledger.now();
        begin(wanted, now);
        return common.windows(wanted, meters, ledger.thresholds(), now);
    }

    /** Takes over what the store counts, and reports the thresholds that it says were crossed. */
    void heard(Tier taken, SharedAccounts.Reply reply) {
        SharedAccounts all = ledger.shared();
        List<CrossedThresholds.Crossing> crossings;
        synchronized (this) {
            boolean inForce = taken.limits() == limits;
            long now = ledger.now();
            if (inForce && all != null && all.available()) {
                common.adopt(reply, meters, reservedTokens, reservedCost, now);
            }
            crossings = (inForce ? told : new CrossedThresholds()).heard(taken, reply, ledger.thresholds(), now);
        }
        for (CrossedThresholds.Crossing crossing : crossings) {
            crossing.tell(name, ledger.listener());
        }
    }

    /** @param tells whether this instance finds out itself which thresholds were crossed; otherwise the store does */
    void settle(Reservation reservation, long usedTokens, long usedCost, boolean tells) {
        Tier taken = reservation.tier();
        List<CrossedThresholds.Crossing> crossings = List.of();
        double[] thresholds = ledger.thresholds();
        synchronized (this) {
            long now = ledger.now();
            take(-reservation.tokens(), -reservation.cost());
            add(now, usedTokens, usedCost);
            if (tells && thresholds.length > 0 && taken.limits() == limits) {
                crossings = told.crossings(taken, meters, thresholds, now);
            }
        }
        for (CrossedThresholds.Crossing crossing : crossings) {
            crossing.tell(name, ledger.listener());
        }
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

    synchronized List<Standing> standings() {
        long now = ledger.now();
        Tier known = lastTier();
        use(known.limits(), now);
        List<Standing> standings = new ArrayList<>(meters.length);
        for (int i = 0; i < meters.length; i++) {
            Limit limit = limits.get(i);
            long reserved = reserved(limit);
            long reset = Math.max(meters[i].millisUntilEmpty(now), reserved > 0 ? meters[i].millisOfWindow(now) : 0);
            standings.add(new Standing(limit, meters[i].used(now) + reserved, known.most(i), Duration.ofMillis(reset)));
        }
        return standings;
    }

    /** That of its last request, or the standard one. */
    synchronized Tier lastTier() {
        Rules rules = ledger.rules();
        return tier != null && tier.limits() == rules.limits() ? tier : rules.standard();
    }

    /** As the store is told of them, by the tier of the last request. */
    synchronized List<Window> windows() {
        return windowsOf(lastTier());
    }

    synchronized void forget() {
        for (Meter meter : meters) {
            meter.clear();
        }
        told.clear();
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
        int[] places = new int[next.length];
        for (int i = 0; i < next.length; i++) {
            places[i] = indexOf(wanted.get(i));
            next[i] = places[i] < 0 ? wanted.get(i).meter(now) : kept(places[i], wanted.get(i), now);
        }
        told.move(places, ledger.thresholds().length);
        meters = next;
        limits = wanted;
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
}
