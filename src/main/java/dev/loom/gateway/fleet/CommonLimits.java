package dev.loom.gateway.fleet;

import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.traffic.Asked;
import dev.loom.gateway.traffic.Fleet;
import dev.loom.gateway.traffic.Limits;
import dev.loom.gateway.traffic.LocalLimits;
import dev.loom.gateway.traffic.TimeSource;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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
 * twice, or too late, changes nothing. Each renewal names all that it holds; what it does not name is nobody's.
 *
 * <p>Thread-safe. What is written down of permits and what is sent about them go in one order, under one lock, since the
 * store is to hear of them as they happen. {@code book} is what the store said last, and what is counted alone while it is
 * away; {@code before} is what it said before it went away.
 *
 * <p>Long, because what is counted together, what is counted alone and the way from one to the other read as one.
 */
final class CommonLimits implements Limits {

    private static final Logger LOG = LoggerFactory.getLogger(CommonLimits.class);

    /** A killed instance's permits come back after so long, and its configuration counts no more. */
    static final Duration LEASE = Duration.ofSeconds(30);

    /** A third of the lease, so that one renewal may be lost. */
    private static final Duration RENEWAL = LEASE.dividedBy(3);

    /** What others have used may be unknown here for so long to whoever looks again and again. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    private static final Refusal NO_THREAD = new Refusal("worker_share", Duration.ZERO);
    private static final Refusal UNKNOWN = new Refusal(SHARED_STATE, Fleet.RETRY);

    private final String owner;
    private final String instance;
    private final Store store;
    private final LimitsCalls calls;
    private final TimeSource time;
    private final LocalLimits book;
    private final LocalLimits before;
    private final AtomicLong names;

    /** Permits of which nobody knows yet whether they are ours. Guarded by this. */
    private final Set<String> asked = new HashSet<>();

    /** Permits that are ours. Guarded by this. */
    private final Set<String> held = new HashSet<>();

    private final AtomicLong owedRequests = new AtomicLong();
    private final AtomicLong owedTokens = new AtomicLong();
    private volatile RateLimitConfig own;
    private volatile RateLimitConfig inForce;
    private volatile int threads;
    private volatile long divided = -1;
    private volatile long renewed;
    private volatile boolean untold;
    private volatile @Nullable RateLimitConfig warnedOf;

    /** @param names the next permit's, among all of this instance's */
    CommonLimits(
            String owner, RateLimitConfig config, String instance, Store store, TimeSource time, AtomicLong names) {
        this.owner = owner;
        this.instance = instance;
        this.store = store;
        this.calls = new LimitsCalls(store, instance, owner);
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
        return send(tokens).get();
    }

    /** Where there is no room as far as is known here, it is waited for, so that such requests take nothing elsewhere. */
    @Override
    public Asked<Decision> ask(long tokens) {
        boolean hopeful = store.available() && check(tokens) == null;
        Asked<Decision> sent = send(tokens);
        return hopeful ? sent : sent.now();
    }

    private Asked<Decision> send(long tokens) {
        String permit = instance + ":" + Long.toString(names.incrementAndGet(), Character.MAX_RADIX);
        long since = time.nanoTime();
        CompletableFuture<List<Object>> sent;
        synchronized (this) {
            if (noThread()) {
                return Asked.known(NO_THREAD);
            }
            asked.add(permit);
            sent = store.available() && !unlimited() ? calls.reserve(own, tokens, permit) : null;
        }
        return Asked.sent(() -> decide(sent, since, permit, tokens));
    }

    private Decision decide(@Nullable CompletableFuture<List<Object>> sent, long since, String permit, long tokens) {
        Decision decision = sent == null ? alone(permit, tokens) : together(sent, since, permit, tokens);
        if (decision instanceof Refusal) {
            forget(permit);
        }
        return decision;
    }

    private synchronized boolean noThread() {
        return threads > 0 && asked.size() + held.size() >= threads;
    }

    private synchronized void forget(String permit) {
        asked.remove(permit);
    }

    private boolean unlimited() {
        return inForce.equals(RateLimitConfig.NONE);
    }

    private Decision together(CompletableFuture<List<Object>> sent, long since, String permit, long tokens) {
        try {
            Reply reply = Reply.of(store.await(sent, since));
            adopt(reply);
            return reply.code() == 0
                    ? granted(permit, tokens, charge(tokens, reply.limits()))
                    : new Refusal(reply.limit(), reply.retryIn());
        } catch (Store.Absent e) {
            Decision decision = alone(permit, tokens);
            CompletableFuture<Void> unused = sent.thenAccept(late -> takenLate(permit, tokens, Reply.of(late)));
            return decision;
        }
    }

    /** The request went on without it long ago, and was counted here, or was refused: once is enough. */
    private synchronized void takenLate(String permit, long tokens, Reply reply) {
        if (reply.code() == 0) {
            owe(-1, -charge(tokens, reply.limits()));
            if (!held.contains(permit)) {
                CompletableFuture<List<Object>> unused = calls.settle(own, permit, 0, 0);
            }
        }
    }

    private static long charge(long tokens, RateLimitConfig limits) {
        Integer most = limits.tokensPerMinute();
        return most == null ? 0 : Math.min(tokens, most);
    }

    private Decision alone(String permit, long tokens) {
        if (unlimited()) {
            return granted(permit, tokens, 0);
        }
        if (store.config().refuses()) {
            return UNKNOWN;
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

    private synchronized Reservation granted(String permit, long tokens, long charged) {
        asked.remove(permit);
        held.add(permit);
        return new CommonReservation(this, permit, tokens, charged);
    }

    /** What was used and is not counted in the store. */
    private void owe(long requests, long tokens) {
        owedRequests.addAndGet(requests);
        owedTokens.addAndGet(tokens);
        untold = true;
    }

    /**
     * A permit comes back.
     *
     * @param requests and {@code tokens}: used beyond what was reserved, below zero for what was not used
     */
    void end(String permit, long requests, long tokens) {
        CompletableFuture<List<Object>> sent = told(permit, requests, tokens);
        if (sent != null) {
            CompletableFuture<Void> unused = sent.handle((reply, thrown) -> ended(reply, thrown, requests, tokens));
        }
    }

    private synchronized @Nullable CompletableFuture<List<Object>> told(String permit, long requests, long tokens) {
        boolean counted = held.remove(permit);
        if (unlimited()) {
            return null;
        }
        if (store.available()) {
            return calls.settle(own, permit, requests, tokens);
        }
        book.move((int) requests, tokens, counted ? -1 : 0);
        owe(requests, tokens);
        return null;
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

    /** Whether the store has not heard of it for long, or not of all that has happened. */
    boolean isDue() {
        return untold || time.nanoTime() - renewed >= RENEWAL.toNanos();
    }

    /** Tells the store what this instance's configuration says, which permits it holds, and what it has used alone. */
    CompletableFuture<Void> renew() {
        renewed = time.nanoTime();
        untold = false;
        long requests = owedRequests.getAndSet(0);
        long tokens = owedTokens.getAndSet(0);
        return renew(LEASE, requests, tokens).handle((reply, thrown) -> {
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
        return renew(Duration.ZERO, owedRequests.getAndSet(0), owedTokens.getAndSet(0));
    }

    private synchronized CompletableFuture<List<Object>> renew(Duration life, long requests, long tokens) {
        boolean alone = !store.available() && divided == store.absences();
        LocalLimits known = alone ? before : book;
        return calls.renew(
                own,
                life,
                new LimitsCalls.Amounts(requests, tokens),
                new LimitsCalls.Amounts(known.missingRequests(), known.missingTokens()),
                held,
                asked);
    }

    private void agreed(Reply reply) {
        adopt(reply);
        if (reply.code() == 0) {
            warnedOf = null;
        } else if (!reply.limits().equals(warnedOf)) {
            warnedOf = reply.limits();
            LOG.warn("The instances' configurations {}", new Disagreement(owner, reply.limits(), own));
        }
    }

    @Override
    public @Nullable Refusal check(long tokens) {
        if (noThread()) {
            return NO_THREAD;
        }
        if (!store.available() && !unlimited()) {
            if (store.config().refuses()) {
                return UNKNOWN;
            }
            divide();
        }
        return book.check(tokens);
    }

    @Override
    public Map<String, Level> levels() {
        if (store.available() && !unlimited() && time.nanoTime() - renewed >= FRESH.toNanos()) {
            CompletableFuture<Void> unused = renew();
        }
        return book.levels();
    }

    @Override
    public void reconfigure(RateLimitConfig config) {
        own = config;
        if (store.available()) {
            CompletableFuture<Void> unused = renew();
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
