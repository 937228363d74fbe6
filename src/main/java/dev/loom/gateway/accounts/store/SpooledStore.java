package dev.loom.gateway.accounts.store;

import dev.loom.gateway.accounts.UsageQuery;
import dev.loom.gateway.accounts.UsageRow;
import dev.loom.gateway.accounts.UsageStore;
import dev.loom.gateway.traffic.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store before which a file waits for what it cannot take. Batches go into the file first as long as the store is away, and
 * into the store, in their order, when it is back.
 */
final class SpooledStore implements UsageStore {

    private static final Logger LOG = LoggerFactory.getLogger(SpooledStore.class);

    /** Between two attempts at a store that is away. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final UsageStore store;
    private final Spool spool;
    private final TimeSource time;
    private long nextAttempt;

    SpooledStore(UsageStore store, Spool spool, TimeSource time) {
        this.store = store;
        this.spool = spool;
        this.time = time;
        this.nextAttempt = time.nanoTime();
    }

    @Override
    public synchronized void append(String batch, List<UsageRow> rows) throws StoreAway {
        if (!spool.isEmpty()) {
            keep(batch, rows);
            catchUp();
            return;
        }
        try {
            store.append(batch, rows);
        } catch (StoreAway e) {
            LOG.warn("usage waits in a file, {} is away: {}", store.name(), e.getMessage());
            keep(batch, rows);
            later();
        }
    }

    private void keep(String batch, List<UsageRow> rows) throws StoreAway {
        try {
            spool.add(batch, rows);
        } catch (IOException e) {
            throw new StoreAway("usage cannot wait in a file: " + e.getMessage(), e);
        }
    }

    private void later() {
        nextAttempt = time.nanoTime() + PATIENCE.toNanos();
    }

    @Override
    public synchronized void catchUp() {
        if (spool.isEmpty() || time.nanoTime() - nextAttempt < 0) {
            return;
        }
        try {
            spool.drain(batch -> store.append(batch.batch(), batch.rows()));
            LOG.info("{} is back, and has got the usage that waited", store.name());
        } catch (StoreAway | IOException e) {
            LOG.debug("usage still waits in a file", e);
            later();
        }
    }

    @Override
    public List<UsageRow> read(UsageQuery query) throws StoreAway {
        return store.read(query);
    }

    @Override
    public void forget(String account) throws StoreAway {
        store.forget(account);
    }

    @Override
    public boolean forgetSome(long before) throws StoreAway {
        return store.forgetSome(before);
    }

    @Override
    public String name() {
        return store.name();
    }

    @Override
    public void close() {
        store.close();
    }
}
