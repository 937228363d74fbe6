package dev.loom.gateway.fleet;

import dev.loom.gateway.config.StateConfig;
import dev.loom.gateway.traffic.TimeSource;
import java.io.Closeable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server where instances meet: there, or away. Whoever finds it too slow or gone says so, and from then on nobody
 * waits for it, until {@link RedisFleet} finds it there again. Thread-safe: requests read two volatile fields.
 */
final class Store implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Store.class);

    /**
     * A connection on which nothing came back for so long is given up, though it looks open: where packets were lost, TCP
     * sends again after 0.2, 0.6, 1.4 and 3 s, and so would find out too late that the server is back. Longer than the pause
     * between two beats.
     */
    private static final Duration DEAD = Duration.ofMillis(1_500);

    /** Of all that belongs to a connection; no request waits for it. */
    private static final Duration CONNECT = Duration.ofSeconds(3);

    /** The server is away; {@link Store} knows it by now. */
    static final class Absent extends Exception {

        private static final long serialVersionUID = 1;

        private Absent(Throwable cause) {
            super(cause);
        }
    }

    private final StateConfig config;
    private final TimeSource time;
    private final Supplier<CompletionStage<Commands>> server;
    private final AtomicBoolean available = new AtomicBoolean();
    private final AtomicLong absences = new AtomicLong();
    private final AtomicLong connections = new AtomicLong();
    private volatile @Nullable Commands commands;
    private volatile String problem = "has not been asked yet";
    private volatile boolean untold;
    private volatile Instant changed;
    private volatile long lastAnswer;
    private volatile int instances = 1;

    /** @param server makes a connection to it */
    Store(StateConfig config, TimeSource time, Supplier<CompletionStage<Commands>> server) {
        this.config = config;
        this.time = time;
        this.server = server;
        this.changed = time.instant();
        this.lastAnswer = time.nanoTime();
        // Who refuses does not start without it, and says why.
        this.untold = !config.refuses();
    }

    StateConfig config() {
        return config;
    }

    /** How often a connection was made; whoever has one of its own makes it anew with each. */
    long connections() {
        return connections.get();
    }

    boolean available() {
        return available.get();
    }

    /** How often it has been away; limits that are counted alone are divided anew each time. */
    long absences() {
        return absences.get();
    }

    /** Instances that were alive when it was last there, this one among them. */
    int instances() {
        return instances;
    }

    void instances(int live) {
        instances = Math.max(1, live);
    }

    /** Why it is away; null while it is there. */
    @Nullable
    String problem() {
        return available() ? null : problem;
    }

    Instant changed() {
        return changed;
    }

    /** Sends a script; never waits. */
    CompletableFuture<List<Object>> run(Script script, String[] keys, String... args) {
        Commands open = commands;
        return open == null
                ? CompletableFuture.failedFuture(new IllegalStateException(problem))
                : open.run(script, keys, args);
    }

    /** Waits for an answer as long as a request may; not at all once the server is known to be away. */
    <T> T await(CompletableFuture<T> answer) throws Absent {
        return await(answer, time.nanoTime());
    }

    /**
     * As {@link #await(CompletableFuture)}, of what was sent before: whoever waits for several answers in turn waits for all
     * of them together little longer than for one. Where the time is over, a tenth of it is left: a process that stood still,
     * as for its share of the CPU, may have the answer and not have read it.
     *
     * @param since when it was sent, by {@link TimeSource#nanoTime()}
     */
    <T> T await(CompletableFuture<T> answer, long since) throws Absent {
        if (!available() && !answer.isDone()) {
            throw new Absent(new IllegalStateException(problem));
        }
        Duration left = config.timeout().minusNanos(time.nanoTime() - since);
        Duration least = config.timeout().dividedBy(10);
        return await(answer, left.compareTo(least) < 0 ? least : left);
    }

    <T> T await(CompletableFuture<T> answer, Duration most) throws Absent {
        try {
            T value = answer.get(most.toNanos(), TimeUnit.NANOSECONDS);
            lastAnswer = time.nanoTime();
            return value;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Absent(e);
        } catch (ExecutionException | TimeoutException e) {
            absent(e);
            throw new Absent(e);
        }
    }

    /** It failed or was too slow: nobody waits for it any more. */
    void absent(Throwable cause) {
        String why = Words.of(cause, config);
        boolean slow = cause instanceof TimeoutException;
        if (!slow || time.nanoTime() - lastAnswer > DEAD.toNanos()) {
            drop();
        }
        if (!why.equals(problem)) {
            LOG.debug("{}", why);
        }
        problem = why;
        if (available.compareAndSet(true, false)) {
            absences.incrementAndGet();
            changed = time.instant();
            untold = true;
        }
    }

    /** Logs that it is away: once for each absence, by whoever has looked for it again, since the reason is plainer by then. */
    void warn() {
        if (untold) {
            untold = false;
            LOG.warn("{}; until it answers, {}", problem, consequence());
        }
    }

    /** What happens while it is away. */
    private String consequence() {
        return config.refuses()
                ? "requests that a limit counts are answered with 503 (state.on_failure: refuse)"
                : "this instance counts its share of the limits, one of " + instances + " (state.on_failure: local)";
    }

    /** It answers, and all that was counted alone has been told. */
    void present() {
        if (absences.get() > 0) {
            warn();
        }
        untold = false;
        if (available.compareAndSet(false, true)) {
            changed = time.instant();
            LOG.info(
                    "state.url {} answers: limits and cool-downs are shared, by {} instances now",
                    config.url(),
                    instances);
        }
    }

    /** Makes sure of a connection; true if there is one. Waits for it, so that only the fleet's own thread may ask. */
    boolean connect() {
        if (commands != null) {
            return true;
        }
        CompletableFuture<Commands> asked = begun(server);
        try {
            commands = await(asked, CONNECT);
            connections.incrementAndGet();
            return true;
        } catch (Absent e) {
            CompletableFuture<Void> unused = asked.thenAccept(Commands::close);
            return false;
        }
    }

    /** What the client throws at once, as where it was closed meanwhile, is a failure like those that it tells later. */
    static <T> CompletableFuture<T> begun(Supplier<CompletionStage<T>> work) {
        try {
            return work.get().toCompletableFuture();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void drop() {
        Commands broken = commands;
        commands = null;
        if (broken != null) {
            broken.close();
        }
    }

    @Override
    public void close() {
        available.set(false);
        drop();
    }
}
