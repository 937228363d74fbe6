package dev.loom.gateway.camel.observe;

import dev.loom.gateway.accounts.AccountBooks;
import dev.loom.gateway.accounts.UsageRow;
import dev.loom.gateway.accounts.UsageStore;
import dev.loom.gateway.accounts.UsageStore.StoreAway;
import dev.loom.gateway.config.accounts.TokenAccountingConfig;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands what accounts have used to the route {@code loom-usage}, ten times a second, if there is anything. A batch that the
 * route cannot store comes again, as the same one, before the next. One thread, which no request waits for.
 */
public final class UsageFeed implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UsageFeed.class);

    private static final String ROUTE = "direct:loom-usage?failIfNoConsumers=false";

    /** Of the exchange: the batch's id, and whether it is stored. */
    private static final String BATCH = "loomUsageBatch";

    private static final String STORED = "loomUsageStored";

    /** Two of them, and some time to write, are within the 250 ms after which usage is promised to be stored. */
    private static final long EVERY_MILLIS = 100;

    private static final int TIDY_SECONDS = 60;

    private final CamelContext context;
    private final AccountBooks books;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final String writer = Long.toHexString(UUID.randomUUID().getMostSignificantBits());
    private @Nullable Thread thread;
    private long batches;
    private @Nullable Batch pending;

    /** What is handed over as one, again and again until it is taken. */
    private record Batch(String id, List<UsageRow> rows) {}

    public UsageFeed(CamelContext context, AccountBooks books) {
        this.context = context;
        this.books = books;
    }

    public AccountBooks books() {
        return books;
    }

    /** This configuration is in force from now on. */
    public void follow(TokenAccountingConfig config) {
        books.use(config);
        start();
    }

    /** Begins, if anybody wants accounts and it has not begun yet. */
    private synchronized void start() {
        UsageStore store = books.store();
        if (store == null || thread != null) {
            return;
        }
        LOG.info("The usage of accounts is kept in {}", store.name());
        store.catchUp();
        if (!isSeeded()) {
            LOG.warn("What was used before the start is not known yet; it is asked for again and again");
        }
        Thread started = daemon("loom-usage", this::run);
        started.start();
        daemon("loom-usage-care", this::care).start();
        thread = started;
    }

    private static Thread daemon(String name, Runnable task) {
        Thread made = new Thread(task, name);
        made.setDaemon(true);
        return made;
    }

    private boolean isSeeded() {
        try {
            return books.seed();
        } catch (StoreAway e) {
            LOG.debug("what was used before the start is not known yet", e);
            return false;
        }
    }

    /** What may wait for the store for long: a thread of its own, since what is used is to be kept at once. */
    private void care() {
        try {
            boolean seeded = isSeeded();
            for (int second = 1; !stopping.await(1, TimeUnit.SECONDS); second++) {
                seeded = seeded || isSeeded();
                if (second % TIDY_SECONDS == 0) {
                    tidy();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the gateway stops", e);
        }
    }

    private void run() {
        try (ProducerTemplate producer = context.createProducerTemplate()) {
            boolean stopped = false;
            while (!stopped) {
                stopped = stopping.await(EVERY_MILLIS, TimeUnit.MILLISECONDS);
                hand(producer);
                catchUp();
            }
            if (pending == null) {
                hand(producer); // what has gathered behind a batch that had failed before
            }
        } catch (InterruptedException e) {
            LOG.debug("the gateway stops", e);
        } catch (Exception e) {
            LOG.error("the usage of accounts is stored no more", e);
        }
    }

    private void hand(ProducerTemplate producer) {
        Batch failed = pending;
        Batch batch = failed == null ? next() : failed;
        if (batch.rows().isEmpty()) {
            return;
        }
        Exchange told = producer.send(ROUTE, exchange -> {
            exchange.setProperty(BATCH, batch.id());
            exchange.getMessage().setBody(UsageMaps.of(batch.rows()));
        });
        Exception failure = told.getException();
        pending = failure != null && told.getProperty(STORED) == null ? batch : null;
        if (failure != null && failed == null) {
            LOG.warn("the route loom-usage failed; what accounts have used waits in memory", failure);
        }
    }

    private Batch next() {
        List<UsageRow> rows = books.buffer().drain();
        return new Batch(rows.isEmpty() ? "" : writer + "-" + ++batches, rows);
    }

    private void catchUp() {
        UsageStore store = books.store();
        if (store != null) {
            store.catchUp();
        }
    }

    private void tidy() {
        try {
            boolean more = books.tidy();
            for (int i = 0; more && i < 100; i++) {
                more = books.tidy();
            }
        } catch (StoreAway e) {
            LOG.debug("what is old is forgotten later", e);
        }
    }

    /** {@code loomUsageStore}: the step that keeps a batch. */
    public Processor store() {
        return exchange -> {
            UsageStore store = books.store();
            String batch = exchange.getProperty(BATCH, String.class);
            if (store != null && batch != null) {
                store.append(batch, UsageMaps.rows(exchange.getMessage().getBody()));
                exchange.setProperty(STORED, true);
            }
        };
    }

    /** Stores what is left, but takes no longer than this. */
    public void close(Duration most) throws InterruptedException {
        stopping.countDown();
        Thread running = thread;
        if (running != null) {
            running.join(Math.max(1, most.toMillis()));
        }
    }

    @Override
    public void close() {
        stopping.countDown();
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
        UsageStore store = books.store();
        if (store != null) {
            store.close();
        }
    }
}
