package dev.loom.gateway.accounts.store;

import dev.loom.gateway.accounts.UsageQuery;
import dev.loom.gateway.accounts.UsageRow;
import dev.loom.gateway.accounts.UsageStore;
import dev.loom.gateway.traffic.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store before which a file waits for what it cannot take at once. Batches go into the file as long as the store is away or
 * has more to do, and into the store, in their order, when it is back. One thread of its own speaks with the store, so that
 * one that neither answers nor fails keeps nobody from writing to the file. What was under way to the store then stands in the
 * file, too: the store knows batches by their ids.
 */
final class SpooledStore implements UsageStore {

    private static final Logger LOG = LoggerFactory.getLogger(SpooledStore.class);

    /** Between two attempts at a store that is away. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** For one batch. With the tenth of a second between batches that is within the 250 ms after which usage is kept. */
    private static final Duration WAIT = Duration.ofMillis(100);

    /** For one who asks that an account be forgotten; some thousand batches of a store that takes some milliseconds for each. */
    private static final Duration PATIENCE_OF_OPERATORS = Duration.ofSeconds(10);

    private final UsageStore store;
    private final Spool spool;
    private final TimeSource time;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "loom-usage-store");
        made.setDaemon(true);
        return made;
    });
    private @Nullable Future<?> writing;
    private volatile long nextAttempt;
    private volatile boolean away;

    /** Why the last write failed; why the last other call did. Null after one that did not. */
    private volatile @Nullable String notWritten;

    private volatile @Nullable String notAnswered;

    /** Files that waited when the process began, and still do. Written by the one thread. */
    private volatile int early;

    SpooledStore(UsageStore store, Spool spool, TimeSource time) {
        this.store = store;
        this.spool = spool;
        this.time = time;
        this.nextAttempt = time.nanoTime();
        this.early = spool.files();
    }

    @Override
    public synchronized void append(String batch, List<UsageRow> rows) throws StoreAway {
        if (!isFree() || !spool.isEmpty() || !isTaken(batch, rows)) {
            boolean interrupted = Thread.interrupted(); // an interrupt would close the file's channel
            try {
                spool.add(batch, rows);
            } catch (IOException e) {
                throw new StoreAway("usage cannot wait in a file: " + e.getMessage(), e);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private boolean isFree() {
        return writing == null || writing.isDone();
    }

    private boolean isTaken(String batch, List<UsageRow> rows) {
        Future<?> under = thread.submit(() -> {
            store.append(batch, rows);
            return null;
        });
        writing = under;
        try {
            under.get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
            notWritten = null;
            return true;
        } catch (TimeoutException e) {
            LOG.debug("usage waits in a file, {} is slow", store.name());
        } catch (ExecutionException e) {
            missed(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private void missed(Throwable cause) {
        nextAttempt = time.nanoTime() + PATIENCE.toNanos();
        notWritten = String.valueOf(cause.getMessage());
        if (!away) {
            away = true;
            LOG.warn("usage waits in a file, {} is away: {}", store.name(), cause.getMessage());
        }
    }

    @Override
    public synchronized void catchUp() {
        if (isFree() && !spool.isEmpty() && time.nanoTime() - nextAttempt >= 0) {
            writing = thread.submit(this::drain);
        }
    }

    private void drain() {
        try {
            handOver();
        } catch (StoreAway | IOException | RuntimeException e) {
            missed(e);
        }
    }

    private void handOver() throws StoreAway, IOException {
        spool.drain(batch -> store.append(batch.batch(), batch.rows()));
        early = Math.max(0, early - 1);
        notWritten = null;
        if (away) {
            away = false;
            LOG.info("{} is back, and has stored the usage that waited", store.name());
        }
    }

    @Override
    public List<UsageRow> read(UsageQuery query) throws StoreAway {
        return answered(() -> store.read(query));
    }

    /** A question to the store. */
    private interface Question<T> {
        T ask() throws StoreAway;
    }

    private <T> T answered(Question<T> question) throws StoreAway {
        try {
            T answer = question.ask();
            notAnswered = null;
            return answer;
        } catch (StoreAway e) {
            notAnswered = String.valueOf(e.getMessage());
            throw e;
        }
    }

    @Override
    public @Nullable String problem() {
        String problem = notWritten;
        return problem == null ? notAnswered : problem;
    }

    @Override
    public boolean waits() {
        return early > 0;
    }

    /** After all that waits now, which would come back later. What comes meanwhile goes into the file. */
    @Override
    public void forget(String account) throws StoreAway {
        try {
            forgetting(account).get(PATIENCE_OF_OPERATORS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new StoreAway("nothing is deleted: " + cause.getMessage(), cause);
        } catch (TimeoutException e) {
            throw new StoreAway(store.name() + " takes its time, and may still delete the usage; ask again", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreAway("the gateway stops", e);
        }
    }

    private synchronized Future<?> forgetting(String account) {
        Future<?> under = thread.submit(() -> {
            for (int files = spool.files(); files > 0; files--) {
                handOver();
            }
            store.forget(account);
            return null;
        });
        writing = under;
        return under;
    }

    @Override
    public boolean forgetSome(long before) throws StoreAway {
        return answered(() -> store.forgetSome(before));
    }

    @Override
    public String name() {
        return store.name();
    }

    @Override
    public void close() {
        thread.shutdown(); // an interrupt would break an embedded database
        try {
            boolean unused = thread.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        store.close();
    }
}
