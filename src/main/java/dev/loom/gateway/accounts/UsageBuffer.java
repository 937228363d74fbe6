package dev.loom.gateway.accounts;

import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.traffic.TimeSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What has been used and not been stored yet, summed by minute, account, provider and model, so that it stays small however
 * long a store is away. Thread-safe: one lock, held for some additions.
 */
public final class UsageBuffer {

    private static final long MINUTE = 60;

    /** Sums that are told apart, some 20 MB: more come only from names that somebody makes up, while a store is away. */
    static final int MOST = 100_000;

    private final TimeSource time;
    private Map<UsageKey, UsageSum> sums = new HashMap<>();

    public UsageBuffer(TimeSource time) {
        this.time = time;
    }

    /**
     * Adds what one call has used.
     *
     * @param requests 1 for the call that ends a request, 0 for those before it
     * @param cost nano-dollars
     */
    public void add(String account, String provider, String model, int requests, Usage usage, long cost) {
        long minute = time.instant().getEpochSecond() / MINUTE * MINUTE;
        UsageKey key = new UsageKey(minute, account, provider, model);
        synchronized (this) {
            sum(key).add(requests, usage.input(), usage.output(), usage.cached(), usage.reasoning(), cost);
        }
    }

    private UsageSum sum(UsageKey key) {
        UsageSum known = sums.get(key);
        if (known != null) {
            return known;
        }
        return sums.computeIfAbsent(sums.size() < MOST ? key : key.ofOther(), k -> new UsageSum());
    }

    /** Takes everything out. */
    public List<UsageRow> drain() {
        Map<UsageKey, UsageSum> drained;
        synchronized (this) {
            if (sums.isEmpty()) {
                return List.of();
            }
            drained = sums;
            sums = new HashMap<>();
        }
        List<UsageRow> rows = new ArrayList<>(drained.size());
        drained.forEach((key, sum) -> rows.add(sum.row(key)));
        return rows;
    }

    /** Forgets what an account has used. */
    synchronized void forget(String account) {
        sums.keySet().removeIf(key -> key.account().equals(account));
    }
}
