package dev.loom.gateway.accounts.store;

import dev.loom.gateway.accounts.UsageQuery;
import dev.loom.gateway.accounts.UsageRow;
import dev.loom.gateway.accounts.UsageStore;
import dev.loom.gateway.config.Secret;
import dev.loom.gateway.config.accounts.AccountStoreConfig;
import dev.loom.gateway.traffic.TimeSource;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Usage in Redis: a hash for each minute, whose fields are account, provider, model and what is counted. Redis forgets a
 * minute by itself when {@code retention} is over. Thread-safe.
 */
final class RedisStore implements UsageStore {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);

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

    private final RedisClient client;
    private final String address;
    private final String prefix;
    private final Duration retention;
    private final TimeSource time;
    private @Nullable StatefulRedisConnection<String, String> connection;

    RedisStore(AccountStoreConfig.Redis config, Duration retention, TimeSource time) {
        this.address = Objects.requireNonNull(config.address());
        int colon = address.lastIndexOf(':');
        RedisURI.Builder uri = RedisURI.builder()
                .withHost(address.substring(0, colon).replaceAll("[\\[\\]]", ""))
                .withPort(Integer.parseInt(address.substring(colon + 1)))
                .withDatabase(config.db())
                .withTimeout(TIMEOUT);
        Secret password = config.password();
        if (password != null) {
            uri.withPassword(password.value().toCharArray());
        }
        this.client = RedisClient.create(uri.build());
        this.prefix = config.keyPrefix();
        this.retention = retention;
        this.time = time;
    }

    private synchronized RedisCommands<String, String> redis() {
        StatefulRedisConnection<String, String> known = connection;
        if (known == null) {
            known = client.connect();
            connection = known;
        }
        return known.sync();
    }

    /** Something that is asked of Redis. */
    private interface Work<T> {
        T of(RedisCommands<String, String> redis);
    }

    private <T> T with(Work<T> work) throws StoreAway {
        try {
            return work.of(redis());
        } catch (RedisException e) {
            throw new StoreAway(String.valueOf(e.getMessage()), e);
        }
    }

    private String key(long minute) {
        return prefix + "minute:" + minute;
    }

    @Override
    public void append(String batch, List<UsageRow> rows) throws StoreAway {
        int hyphen = batch.lastIndexOf('-');
        List<String> arguments = new ArrayList<>();
        arguments.add(batch.substring(hyphen + 1));
        arguments.add(Long.toString(retention.toSeconds() + 2 * MINUTE));
        for (UsageRow row : rows) {
            String field = row.account() + BAR + row.provider() + BAR + row.model() + BAR;
            long[] amounts = {row.requests(), row.input(), row.output(), row.cached(), row.reasoning(), row.cost()};
            for (int i = 0; i < amounts.length; i++) {
                arguments.addAll(List.of(key(row.at()), field + KINDS.get(i), Long.toString(amounts[i])));
            }
        }
        Long unused = with(redis -> redis.eval(
                APPEND,
                ScriptOutputType.INTEGER,
                new String[] {prefix + "writer:" + batch.substring(0, hyphen)},
                arguments.toArray(new String[0])));
    }

    @Override
    public List<UsageRow> read(UsageQuery query) throws StoreAway {
        return with(redis -> {
            Map<List<String>, long[]> sums = new HashMap<>();
            for (long minute : minutes(query.from(), query.to())) {
                redis.hgetall(key(minute)).forEach((field, amount) -> add(query, minute, field, amount, sums));
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
        int unused = with(redis -> {
            int fields = 0;
            for (long minute : minutes(0, now + MINUTE)) {
                String[] own = redis.hkeys(key(minute)).stream()
                        .filter(field -> field.startsWith(account + BAR))
                        .toArray(String[]::new);
                if (own.length > 0) {
                    redis.hdel(key(minute), own);
                }
                fields += own.length;
            }
            return fields;
        });
    }

    /** Redis does it by itself. */
    @Override
    public boolean forgetSome(long before) {
        return false;
    }

    @Override
    public String name() {
        return "Redis at " + address;
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, TIMEOUT);
    }
}
