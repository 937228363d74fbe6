package dev.loom.gateway.metrics;

import dev.loom.gateway.accounts.AccountObserver;
import dev.loom.gateway.accounts.Ledger;
import dev.loom.gateway.accounts.Limit;
import dev.loom.gateway.accounts.UsageStore;
import dev.loom.gateway.provider.Usage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What accounts use, under the names that the specification has for it. Its names end otherwise than those of counters, so
 * that these are gauges which only grow.
 */
public final class AccountMetrics implements AccountObserver {

    /** Accounts with series of their own: five thousand series are what Prometheus takes from one process with ease. */
    public static final int MOST_KEYS = 1_000;

    private final MeterRegistry registry;
    private final Map<String, Sums> sums = new ConcurrentHashMap<>();
    private final Map<String, Counter> refusals = new ConcurrentHashMap<>();

    private static final class Sums {
        private final LongAdder input = new LongAdder();
        private final LongAdder output = new LongAdder();
        private final LongAdder cached = new LongAdder();
        private final LongAdder reasoning = new LongAdder();
        private final LongAdder cost = new LongAdder();
    }

    public AccountMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void used(String account, String provider, String model, Usage usage, long cost) {
        Sums known = sums(account);
        known.input.add(usage.input());
        known.output.add(usage.output());
        known.cached.add(usage.cached());
        known.reasoning.add(usage.reasoning());
        known.cost.add(cost);
    }

    @Override
    public void refused(String account, Limit limit) {
        Sums unused = sums(account);
        String key = key(account);
        refusals.computeIfAbsent(key + ' ' + limit.name(), name -> Counter.builder("loom.ai.rate.limit.exceeded")
                        .description("Requests that were refused for a limit of their account")
                        .tags("key", key, "limit", limit.name())
                        .register(registry))
                .increment();
    }

    @Override
    public void webhook(Posting posting) {
        Counter.builder("loom.ai.webhooks")
                .description("Posts of webhooks: delivered, retried after a failure, or failed for good")
                .tag("outcome", posting.name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment();
    }

    @Override
    public void opened(UsageStore store) {
        Gauge.builder("loom.ai.usage.store.available", store, there -> there.problem() == null ? 1 : 0)
                .description("1 while the usage of accounts can be stored, 0 while it waits for the store")
                .strongReference(true)
                .register(registry);
    }

    /** The account's label: beyond {@link #MOST_KEYS} all share one. It stays once {@link #sums} has seen the account. */
    private String key(String account) {
        return sums.containsKey(account) || sums.size() < MOST_KEYS ? account : Ledger.OTHER;
    }

    private Sums sums(String account) {
        Sums known = sums.get(account);
        return known != null ? known : sums.computeIfAbsent(key(account), this::shown);
    }

    private Sums shown(String key) {
        Sums made = new Sums();
        tokens(key, "input", made.input);
        tokens(key, "output", made.output);
        tokens(key, "cached", made.cached);
        tokens(key, "reasoning", made.reasoning);
        Gauge.builder("loom.ai.cost.by.key", made, sums -> sums.cost.sum() / Limit.NANO)
                .description("US dollars that an account has spent since the start, by the configured prices")
                .tag("key", key)
                .strongReference(true)
                .register(registry);
        return made;
    }

    private void tokens(String key, String type, LongAdder sum) {
        Gauge.builder("loom.ai.tokens.by.key", sum, LongAdder::sum)
                .description("Tokens that an account has used since the start; cached and reasoning are parts")
                .tags("key", key, "type", type)
                .strongReference(true)
                .register(registry);
    }
}
