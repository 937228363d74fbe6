package dev.loom.gateway.accounts;

import dev.loom.gateway.traffic.SharedAccounts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Until when each threshold of each limit of one account has been told of. Guarded by the account's lock. */
final class CrossedThresholds {

    /** Somebody is to be told. */
    record Crossing(Limit limit, double threshold, long used, long most) {

        void tell(String account, LimitListener listener) {
            listener.crossed(account, limit, threshold, used, most);
        }
    }

    /** [limit][threshold] */
    private long[][] until = {};

    /**
     * Other limits, or other thresholds.
     *
     * @param before the place that each limit had; negative for a new one
     */
    void move(int[] before, int thresholds) {
        long[][] next = new long[before.length][thresholds];
        for (int i = 0; i < before.length; i++) {
            boolean known = before[i] >= 0 && before[i] < until.length && until[before[i]].length == thresholds;
            if (known) {
                next[i] = until[before[i]];
            }
        }
        until = next;
    }

    /** Nothing is used any more, so that every threshold may be crossed again. */
    void clear() {
        for (long[] thresholds : until) {
            Arrays.fill(thresholds, 0);
        }
    }

    List<Crossing> crossings(Tier tier, Meter[] meters, double[] thresholds, long now) {
        List<Crossing> crossings = new ArrayList<>(0);
        for (int i = 0; i < meters.length; i++) {
            long used = meters[i].used(now);
            for (int t = 0; t < thresholds.length; t++) {
                if (used >= thresholds[t] * tier.most(i) && isNew(i, t, thresholds.length, meters[i], now)) {
                    crossings.add(new Crossing(tier.limits().get(i), thresholds[t], used, tier.most(i)));
                }
            }
        }
        return crossings;
    }

    /** A refusal is a limit reached, though perhaps not to the last token. */
    @Nullable
    Crossing reached(Tier tier, int limit, long used, Meter[] meters, double[] thresholds, long now) {
        int whole = thresholds.length - 1;
        return whole >= 0 && isNew(limit, whole, thresholds.length, meters[limit], now)
                ? new Crossing(tier.limits().get(limit), 1, used, tier.most(limit))
                : null;
    }

    /** What the store says was reached, without that of which this instance has told while it was alone. */
    List<Crossing> heard(Tier tier, SharedAccounts.Reply reply, double[] thresholds, long now) {
        List<Crossing> crossings = new ArrayList<>(0);
        for (int i = 0; i < reply.told().size(); i++) {
            for (int t = 0; t < thresholds.length; t++) {
                boolean known = i < until.length && t < until[i].length && now < until[i][t];
                if ((reply.told().get(i) & 1L << t) != 0 && !known) {
                    crossings.add(new Crossing(
                            tier.limits().get(i), thresholds[t], reply.used().get(i), tier.most(i)));
                }
            }
        }
        return crossings;
    }

    private boolean isNew(int limit, int threshold, int thresholds, Meter meter, long now) {
        if (until[limit].length != thresholds) {
            until[limit] = new long[thresholds];
        }
        boolean first = now >= until[limit][threshold];
        if (first) {
            until[limit][threshold] = now + meter.millisOfWindow(now);
        }
        return first;
    }
}
