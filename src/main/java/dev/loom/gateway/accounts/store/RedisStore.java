package dev.loom.gateway.accounts.store;

import dev.loom.gateway.accounts.UsageQuery;
import dev.loom.gateway.accounts.UsageRow;
import dev.loom.gateway.accounts.UsageStore;
import dev.loom.gateway.config.accounts.AccountStoreConfig;
import dev.loom.gateway.traffic.TimeSource;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Usage in Redis: a hash for each minute, whose fields are account, provider, model and what is counted. Redis forgets a
 * minute by itself when {@code retention} is over. In a cluster all of it is on one node, since a batch is written at once.
 * Thread-safe.
 */
final class RedisStore implements UsageStore {

    private static final long MINUTE = 60;

    /** Between the parts of a field; no name has it. */
    private static final String BAR = "\u001f";

    private static final List<String> KINDS = List.of("requests", "input", "output", "cached", "reasoning", "cost");

    /**
     * All or nothing, and nothing again: of each writer the number of its last batch is known as long as usage is, and batches
     * come in their order.
     */
    private static final String APPEND =
            """
            if tonumber(redis.call('get', KEYS[1]) or '0') < tonumber(ARGV[1]) then
              redis.call('set', KEYS[1], ARGV[1], 'EX', ARGV[2])
              for i = 3, #ARGV, 3 do
                redis.call('hincrby', ARGV[i], ARGV[i + 1], ARGV[i + 2])
                redis.call('expire', ARGV[i], ARGV[2])
              end
            end
            return 1
            """;

    private final RedisLink link;
    private final String address;
    private final String prefix;
    private final Duration retention;
    private final TimeSource time;

    RedisStore(AccountStoreConfig.Redis config, Duration retention, TimeSource time) {
        this.address = Objects.requireNonNull(config.address());
        this.link = new RedisLink(config);
        this.prefix = config.keyPrefix();
        this.retention = retention;
        this.time = time;
    }

    /** Something that is asked of Redis, after the beginning of all keys is known. */
    private interface Work<T> {
        T of(RedisClusterCommands<String, String> redis, String prefix);
    }

    private <T> T with(Work<T> work) throws StoreAway {
        try {
            RedisClusterCommands<String, String> redis = link.commands();
            return work.of(redis, link.isCluster() && !prefix.contains("{") ? "{" + prefix + "}" : prefix);
        } catch (RedisException e) {
            throw new StoreAway(String.valueOf(e.getMessage()), e);
        }
    }

    private static String key(String prefix, long minute) {
        return prefix + "minute:" + minute;
    }

    @Override
    public void append(String batch, List<UsageRow> rows) throws StoreAway {
        int hyphen = batch.lastIndexOf('-');
        Long unused = with((redis, start) -> redis.eval(
                APPEND,
                ScriptOutputType.INTEGER,
                new String[] {start + "writer:" + batch.substring(0, hyphen)},
                arguments(start, batch.substring(hyphen + 1), rows)));
    }

    private String[] arguments(String start, String number, List<UsageRow> rows) {
        List<String> arguments = new ArrayList<>();
        arguments.add(number);
        arguments.add(Long.toString(retention.toSeconds() + 2 * MINUTE));
        for (UsageRow row : rows) {
            String field = row.account() + BAR + row.provider() + BAR + row.model() + BAR;
            long[] amounts = {row.requests(), row.input(), row.output(), row.cached(), row.reasoning(), row.cost()};
            for (int i = 0; i < amounts.length; i++) {
                arguments.addAll(List.of(key(start, row.at()), field + KINDS.get(i), Long.toString(amounts[i])));
            }
        }
        return arguments.toArray(new String[0]);
    }

    @Override
    public List<UsageRow> read(UsageQuery query) throws StoreAway {
        return with((redis, start) -> {
            Map<List<String>, long[]> sums = new HashMap<>();
            for (long minute : minutes(query.from(), query.to())) {
                redis.hgetall(key(start, minute)).forEach((field, amount) -> add(query, minute, field, amount, sums));
            }
            return rows(sums);
        });
    }

    /** Of which Redis can still know something. */
    private List<Long> minutes(long from, long to) {
        long now = time.instant().getEpochSecond();
        long first = Math.max(from, now - retention.toSeconds()) / MINUTE * MINUTE;
        List<Long> minutes = new ArrayList<>();
        for (long minute = first; minute < Math.min(to, now + MINUTE); minute += MINUTE) {
            minutes.add(minute);
        }
        return minutes;
    }

    private static void add(
            UsageQuery query, long minute, String field, String amount, Map<List<String>, long[]> sums) {
        String[] parts = field.split(BAR, -1);
        if (parts.length == 4 && (query.account() == null || query.account().equals(parts[0]))) {
            List<String> group = List.of(
                    query.step() == 0 ? "0" : Long.toString(minute / query.step() * query.step()),
                    query.byAccount() ? parts[0] : "",
                    query.byModel() ? parts[1] : "",
                    query.byModel() ? parts[2] : "");
            sums.computeIfAbsent(group, g -> new long[KINDS.size()])[KINDS.indexOf(parts[3])] += Long.parseLong(amount);
        }
    }

    private static List<UsageRow> rows(Map<List<String>, long[]> sums) {
        List<UsageRow> rows = new ArrayList<>(sums.size());
        sums.forEach((group, sum) -> rows.add(new UsageRow(
                Long.parseLong(group.get(0)),
                group.get(1),
                group.get(2),
                group.get(3),
                sum[0],
                sum[1],
                sum[2],
                sum[3],
                sum[4],
                sum[5])));
        return rows;
    }

    @Override
    public void forget(String account) throws StoreAway {
        long now = time.instant().getEpochSecond();
        int unused = with((redis, start) -> {
            int fields = 0;
            for (long minute : minutes(0, now + MINUTE)) {
                String[] own = redis.hkeys(key(start, minute)).stream()
                        .filter(field -> field.startsWith(account + BAR))
                        .toArray(String[]::new);
                if (own.length > 0) {
                    redis.hdel(key(start, minute), own);
                }
                fields += own.length;
            }
            return fields;
        });
    }

    /** Redis does it by itself. It is spoken with all the same, so that an absence is noticed also where nobody uses anything. */
    @Override
    public boolean forgetSome(long before) throws StoreAway {
        return !with((redis, start) -> redis.ping()).equals("PONG");
    }

    @Override
    public String name() {
        return "Redis at " + address;
    }

    @Override
    public void close() {
        link.close();
    }
}
