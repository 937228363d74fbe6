package dev.loom.gateway.accounts;

import dev.loom.gateway.traffic.SharedAccounts;
import dev.loom.gateway.traffic.SharedAccounts.Window;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of an account that all instances count together: what the others have, and what this one may use by itself while the
 * store is away. Guarded by the account's lock.
 */
final class CommonWindows {

    private long othersTokens;
    private long othersCost;

    /** The absence for which the limits were divided, and among how many. */
    private long divided = -1;

    private int instances = 1;
    private boolean alone;

    /** What all had used before that. */
    private List<Long> before = List.of();

    long othersTokens() {
        return othersTokens;
    }

    long othersCost() {
        return othersCost;
    }

    /** As the store is told of them. */
    List<Window> windows(Tier tier, Meter[] meters, double[] thresholds, long now) {
        List<Window> windows = new ArrayList<>(meters.length);
        for (int i = 0; i < meters.length; i++) {
            Limit limit = tier.limits().get(i);
            Meter meter = meters[i];
            boolean ofCost = limit.kind() == Limit.Kind.COST;
            windows.add(new Window(
                    (ofCost ? "c:" : "t:") + limit.name(),
                    ofCost,
                    meter.slice(),
                    meter.begin(now),
                    meter.slice() == 0 ? now + meter.millisOfWindow(now) : 0,
                    tier.most(i),
                    alone && i < before.size() ? before.get(i) : meter.used(now),
                    amounts(thresholds, tier.most(i))));
        }
        return windows;
    }

    private static List<Long> amounts(double[] thresholds, long most) {
        List<Long> amounts = new ArrayList<>(thresholds.length);
        for (double threshold : thresholds) {
            amounts.add(most == Limit.UNLIMITED ? most : (long) Math.ceil(threshold * most));
        }
        return amounts;
    }

    /** Once for every absence: from what all have used, this instance's part. */
    void divide(@Nullable SharedAccounts all, List<Limit> limits, Meter[] meters, long now) {
        if (all == null || divided == all.absences()) {
            return;
        }
        divided = all.absences();
        alone = true;
        instances = all.instances();
        before = new ArrayList<>(meters.length);
        for (int i = 0; i < meters.length; i++) {
            long used = meters[i].used(now);
            before.add(used);
            meters[i] = limits.get(i).meter(now);
            meters[i].add(now, used / instances);
        }
        othersTokens = 0;
        othersCost = 0;
    }

    /** Of a limit, while the store is away. */
    long share(long most) {
        return most == Limit.UNLIMITED ? most : Math.max(1, most / instances);
    }

    /** What the store says takes the place of what is known. */
    void adopt(SharedAccounts.Reply reply, Meter[] meters, long ownTokens, long ownCost, long now) {
        for (int i = 0; i < meters.length && i < reply.used().size(); i++) {
            meters[i].add(now, reply.used().get(i) - meters[i].used(now));
        }
        othersTokens = Math.max(0, reply.tokens() - ownTokens);
        othersCost = Math.max(0, reply.cost() - ownCost);
        instances = 1;
        alone = false;
    }
}
