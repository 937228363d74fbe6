package dev.loom.gateway.accounts;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code storage: memory}: everything is lost at the end of the process. */
public final class MemoryStore implements UsageStore {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryStore.class);

    /** Sums that are kept: some 40 MB. */
    static final int MOST = 200_000;

    private final NavigableMap<Long, Map<UsageKey, UsageSum>> minutes = new TreeMap<>();
    private int size;
    private boolean warned;

    @Override
    public synchronized void append(String batch, List<UsageRow> rows) {
        for (UsageRow row : rows) {
            UsageKey key = new UsageKey(row.at(), row.account(), row.provider(), row.model());
            Map<UsageKey, UsageSum> minute = minutes.computeIfAbsent(row.at(), at -> new HashMap<>());
            boolean room = minute.size() < MOST || minute.containsKey(key);
            minute.computeIfAbsent(room ? key : key.ofOther(), this::counted).add(row);
        }
        while (size > MOST && minutes.size() > 1) {
            size -= minutes.pollFirstEntry().getValue().size();
            warn();
        }
    }

    private UsageSum counted(UsageKey key) {
        size++;
        return new UsageSum();
    }

    private void warn() {
        if (!warned) {
            warned = true;
            LOG.warn(
                    "more usage than fits into memory: of more than {} sums the oldest are forgotten before"
                            + " token_accounting.retention; storage: file keeps them all",
                    MOST);
        }
    }

    @Override
    public synchronized List<UsageRow> read(UsageQuery query) {
        Map<UsageKey, UsageSum> sums = new HashMap<>();
        minutes.subMap(query.from(), query.to())
                .values()
                .forEach(minute -> minute.forEach((key, sum) -> {
                    if (query.account() == null || query.account().equals(key.account())) {
                        sums.computeIfAbsent(wanted(query, key), k -> new UsageSum())
                                .add(sum.row(key));
                    }
                }));
        List<UsageRow> rows = new ArrayList<>(sums.size());
        sums.forEach((key, sum) -> rows.add(sum.row(key)));
        return rows;
    }

    private static UsageKey wanted(UsageQuery query, UsageKey key) {
        return new UsageKey(
                query.step() == 0 ? 0 : key.at() / query.step() * query.step(),
                query.byAccount() ? key.account() : "",
                query.byModel() ? key.provider() : "",
                query.byModel() ? key.model() : "");
    }

    @Override
    public synchronized void forget(String account) {
        minutes.values()
                .forEach(minute -> minute.keySet().removeIf(key -> key.account().equals(account)));
        size = minutes.values().stream().mapToInt(Map::size).sum();
    }

    @Override
    public synchronized boolean forgetSome(long before) {
        Map.Entry<Long, Map<UsageKey, UsageSum>> first = minutes.firstEntry();
        if (first == null || first.getKey() >= before) {
            return false;
        }
        size -= minutes.pollFirstEntry().getValue().size();
        return true;
    }

    @Override
    public boolean lasts() {
        return false;
    }

    @Override
    public String name() {
        return "memory, which is lost at the end of the process";
    }

    @Override
    public void close() {}
}
