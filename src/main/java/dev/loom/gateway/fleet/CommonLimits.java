package dev.loom.gateway.fleet;

import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.traffic.Fleet;
import dev.loom.gateway.traffic.Limits;
import dev.loom.gateway.traffic.LocalLimits;
import dev.loom.gateway.traffic.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link Limits} that all instances count together: one round trip takes everything, and one that nobody waits for gives
 * back. While the store is away this instance counts its share of them by itself, and keeps a note of what it uses: the
 * store is told when it is back.
 *
 * <p>A permit is a lease with a name of its own in the store, renewed by the instance that holds it. So whatever is said
 * twice, or too late, changes nothing.
 *
 * <p>Thread-safe. {@code book} is what the store said last, and what is counted alone while it is away; {@code before} is
 * what it said before it went away.
 *
 * <p>Long, because what is counted together, what is counted alone and the way from one to the other read as one.
 */
final class CommonLimits implements Limits {

    private static final Logger LOG = LoggerFactory.getLogger(CommonLimits.class);

    /** A killed instance's permits come back after so long, and its configuration counts no more. */
    static final Duration LEASE = Duration.ofSeconds(30);

    /** A third of the lease, so that one renewal may be lost. */
    private static final Duration RENEWAL = LEASE.dividedBy(3);

    private static final String MICROS_OF_LEASE = Long.toString(LEASE.toNanos() / 1_000);

    private final String owner;
    private final String instance;
    private final Store store;
    private final String[] keys;
    private final TimeSource time;
    private final LocalLimits book;
    private final LocalLimits before;
    private final AtomicLong names;
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    private final AtomicLong owedRequests = new AtomicLong();
    private final AtomicLong owedTokens = new AtomicLong();
    private volatile RateLimitConfig own;
    private volatile RateLimitConfig inForce;
    private volatile int threads;
    private volatile long divided = -1;
    private volatile long renewed;
    private volatile @Nullable RateLimitConfig warnedOf;

    /** @param names the next permit's, among all of this instance's */
    CommonLimits(
            String owner, RateLimitConfig config, String instance, Store store, TimeSource time, AtomicLong names) {
        this.owner = owner;
        this.instance = instance;
        this.store = store;
        this.keys = new Keys(store.config().keyPrefix()).limits(owner);
        this.time = time;
        this.names = names;
        this.book = new LocalLimits(config, time);
        this.before = new LocalLimits(config, time);
        this.own = config;
        this.inForce = config;
        this.renewed = time.nanoTime();
    }

    @Override
    public Decision reserve(long tokens) {
        if (threads > 0 && held.size() >= threads) {
            return new Refusal("worker_share", Duration.ZERO);
        }
        String permit = instance + ":" + Long.toString(names.incrementAndGet(), Character.MAX_RADIX);
        if (unlimited()) {
            return granted(permit, tokens, 0);
        }
        return store.available() ? together(permit, tokens) : alone(permit, tokens);
    }

    private boolean unlimited() {
        return inForce.equals(RateLimitConfig.NONE);
    }

    private Decision together(String permit, long tokens) {
        CompletableFuture<List<Object>> asked = run("reserve", Long.toString(tokens), permit, MICROS_OF_LEASE);
        try {
            Reply reply = Reply.of(store.await(asked));
            adopt(reply);
            return reply.code() == 0
                    ? granted(permit, tokens, charge(tokens, reply.limits()))
                    : new Refusal(reply.limit(), reply.retryIn());
        } catch (Store.Absent e) {
            Decision decision = alone(permit, tokens);
            CompletableFuture<Void> unused = asked.thenAccept(late -> takenLate(permit, tokens, Reply.of(late)));
            return decision;
        }
    }

    /** The request went on without it long ago, and was counted here, or was refused: once is enough. */
    private void takenLate(String permit, long tokens, Reply reply) {
        if (reply.code() == 0) {
            owe(-1, -charge(tokens, reply.limits()));
            if (!held.contains(permit)) {
                CompletableFuture<List<Object>> unused = run("settle", permit, "0", "0");
            }
        }
    }

    private static long charge(long tokens, RateLimitConfig limits) {
        Integer most = limits.tokensPerMinute();
        return most == null ? 0 : Math.min(tokens, most);
    }

    private Decision alone(String permit, long tokens) {
        if (store.config().refuses()) {
            return new Refusal(SHARED_STATE, Fleet.RETRY);
        }
        int instances = divide();
        if (book.reserve(tokens) instanceof Refusal refusal) {
            return refusal;
        }
        Integer most = inForce.tokensPerMinute();
        long charged = most == null ? 0 : Math.min(tokens, Math.max(1, most / instances));
        owe(1, charged);
        return granted(permit, tokens, charged);
    }

    /** Once for every absence: from what is left by the store's last word, this instance's share. */
    private synchronized int divide() {
        int instances = store.instances();
        if (divided != store.absences()) {
            divided = store.absences();
            before.adopt(inForce, book.requests(), book.tokens(), 0);
            book.divide(instances, held.size());
        }
        return instances;
    }

    private Reservation granted(String permit, long tokens, long charged) {
        held.add(permit);
        return new CommonReservation(this, permit, tokens, charged);
    }

    /** What was used and is not counted in the store. */
    private void owe(long requests, long tokens) {
        owedRequests.addAndGet(requests);
        owedTokens.addAndGet(tokens);
    }

    /**
     * A permit comes back.
     *
     * @param requests and {@code tokens}: used beyond what was reserved, below zero for what was not used
     */
    void end(String permit, long requests, long tokens) {
        boolean counted = held.remove(permit);
        if (unlimited()) {
            return;
        }
        if (store.available()) {
            CompletableFuture<Void> unused = run("settle", permit, Long.toString(requests), Long.toString(tokens))
                    .handle((reply, thrown) -> ended(reply, thrown, requests, tokens));
        } else {
            book.move((int) requests, tokens, counted ? -1 : 0);
            owe(requests, tokens);
        }
    }

    /** Where nobody knows whether it was counted, what was used counts, and nothing goes back. */
    private @Nullable Void ended(@Nullable List<Object> reply, @Nullable Throwable thrown, long requests, long tokens) {
        if (reply != null) {
            adopt(Reply.of(reply));
        } else if (thrown != null) {
            owe(Math.max(0, requests), Math.max(0, tokens));
            store.absent(thrown);
        }
        return null;
    }

    private void adopt(Reply reply) {
        inForce = reply.limits();
        if (store.available()) {
            book.adopt(reply.limits(), reply.requests(), reply.tokens(), reply.inUse());
        }
    }

    /** Whether the store has not heard of it for long, or not of all that was used. */
    boolean isDue() {
        return time.nanoTime() - renewed >= RENEWAL.toNanos() || owedRequests.get() != 0 || owedTokens.get() != 0;
    }

    /**
     * Tells the store what this instance's configuration says, which permits it holds, and what it has used alone.
     *
     * @param all true where its permits are those that it holds, and no others that the store may know of
     */
    CompletableFuture<Void> renew(boolean all) {
        renewed = time.nanoTime();
        long requests = owedRequests.getAndSet(0);
        long tokens = owedTokens.getAndSet(0);
        return renew(LEASE, all, requests, tokens).handle((reply, thrown) -> {
            if (reply != null) {
                agreed(Reply.of(reply));
            } else {
                owe(requests, tokens);
            }
            return null;
        });
    }

    /** This instance's configuration counts no more. */
    CompletableFuture<List<Object>> leave() {
        return renew(Duration.ZERO, true, owedRequests.getAndSet(0), owedTokens.getAndSet(0));
    }

    private CompletableFuture<List<Object>> renew(Duration life, boolean all, long requests, long tokens) {
        boolean alone = !store.available() && divided == store.absences();
        LocalLimits known = alone ? before : book;
        List<String> args = new ArrayList<>(List.of(
                instance,
                Long.toString(life.toNanos() / 1_000),
                Long.toString(requests),
                Long.toString(tokens),
                Long.toString(known.requests()),
                Long.toString(known.tokens()),
                MICROS_OF_LEASE,
                all ? "1" : "0"));
        args.addAll(held);
        return run("renew", args.toArray(String[]::new));
    }

    private CompletableFuture<List<Object>> run(String todo, String... more) {
        String[] args = new String[5 + more.length];
        args[0] = todo;
        args[1] = "0";
        args[2] = text(own.requestsPerMinute());
        args[3] = text(own.tokensPerMinute());
        args[4] = text(own.concurrentRequests());
        System.arraycopy(more, 0, args, 5, more.length);
        return store.run(Script.LIMITS, keys, args);
    }

    private static String text(@Nullable Integer limit) {
        return limit == null ? "0" : limit.toString();
    }

    private void agreed(Reply reply) {
        adopt(reply);
        if (reply.code() == 0) {
            warnedOf = null;
        } else if (!reply.limits().equals(warnedOf)) {
            warnedOf = reply.limits();
            LOG.warn(
                    "The instances' configurations limit {} differently; the smaller figures hold: {}. Here: {}",
                    owner,
                    reply.limits(),
                    own);
        }
    }

    @Override
    public @Nullable Refusal check(long tokens) {
        if (threads > 0 && held.size() >= threads) {
            return new Refusal("worker_share", Duration.ZERO);
        }
        if (!store.available() && !unlimited()) {
            if (store.config().refuses()) {
                return new Refusal(SHARED_STATE, Fleet.RETRY);
            }
            divide();
        }
        return book.check(tokens);
    }

    @Override
    public Map<String, Level> levels() {
        return book.levels();
    }

    @Override
    public void reconfigure(RateLimitConfig config) {
        own = config;
        if (store.available()) {
            CompletableFuture<Void> unused = renew(false);
        } else {
            inForce = config;
            book.reconfigure(config);
            divided = -1;
        }
    }

    @Override
    public void share(int most) {
        threads = most;
    }
}
