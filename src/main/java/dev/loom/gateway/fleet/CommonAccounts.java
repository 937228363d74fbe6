package dev.loom.gateway.fleet;

import dev.loom.gateway.traffic.Fleet;
import dev.loom.gateway.traffic.SharedAccounts;
import dev.loom.gateway.traffic.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits of accounts in the server. A reservation is a lease with a name of its own, renewed as long as its request runs, so
 * that those of a killed instance come back. Long, because what is held, what is owed and what the server says are changed
 * together.
 */
final class CommonAccounts implements SharedAccounts {

    private static final Logger LOG = LoggerFactory.getLogger(CommonAccounts.class);

    private static final String MILLIS_OF_LEASE = Long.toString(CommonLimits.LEASE.toMillis());

    /** A third of the lease, so that one renewal may be lost. */
    private static final long RENEWAL = CommonLimits.LEASE.dividedBy(3).toNanos();

    private final Store store;
    private final Keys keys;
    private final String instance;
    private final TimeSource time;
    private final AtomicLong names;
    private final Map<String, Held> held = new ConcurrentHashMap<>();
    private final Map<String, Owed> owed = new ConcurrentHashMap<>();
    private volatile boolean warned;

    private record Held(String account, long since) {}

    /** What was used and is not counted in the store. */
    private record Owed(List<Window> windows, long tokens, long cost, Consumer<Reply> then) {

        Owed plus(Owed other) {
            return new Owed(other.windows, tokens + other.tokens, cost + other.cost, other.then);
        }
    }

    /** @param names the next reservation's, among all of this instance's */
    CommonAccounts(Store store, Keys keys, String instance, TimeSource time, AtomicLong names) {
        this.store = store;
        this.keys = keys;
        this.instance = instance;
        this.time = time;
        this.names = names;
    }

    @Override
    public boolean available() {
        return store.available();
    }

    @Override
    public long absences() {
        return store.absences();
    }

    @Override
    public int instances() {
        return store.instances();
    }

    @Override
    public boolean refuses() {
        return store.config().refuses();
    }

    @Override
    public Supplier<@Nullable Taken> ask(
            String account, List<Window> windows, long tokens, long cost, Consumer<Reply> late) {
        String name = Long.toString(names.incrementAndGet(), Character.MAX_RADIX);
        String request = instance + ":" + name + ":" + tokens + ":" + cost;
        long since = time.nanoTime();
        CompletableFuture<List<Object>> asked = run("reserve", account, request, tokens, cost, windows);
        return () -> taken(asked, since, account, request, windows, late);
    }

    private @Nullable Taken taken(
            CompletableFuture<List<Object>> asked,
            long since,
            String account,
            String request,
            List<Window> windows,
            Consumer<Reply> late) {
        try {
            Reply reply = reply(store.await(asked, since));
            if (reply.refused() >= 0) {
                return new Taken(null, reply);
            }
            held.put(request, new Held(account, time.nanoTime()));
            return new Taken(request, reply);
        } catch (Store.Absent e) {
            CompletableFuture<Void> unused = asked.thenAccept(values -> {
                giveBack(account, request, windows, late);
                late.accept(reply(values));
            });
            return null;
        }
    }

    /** The request went on without it long ago. */
    private void giveBack(String account, String request, List<Window> windows, Consumer<Reply> then) {
        CompletableFuture<Void> unused =
                run("settle", account, request, 0, 0, windows).thenAccept(values -> then.accept(reply(values)));
    }

    @Override
    public void settle(
            String account,
            List<Window> windows,
            @Nullable String request,
            long tokens,
            long cost,
            Consumer<Reply> then) {
        if (request != null) {
            held.remove(request);
        }
        Owed used = new Owed(windows, tokens, cost, then);
        if (!store.available()) {
            owe(account, used);
            return;
        }
        CompletableFuture<Void> unused = run("settle", account, request == null ? "" : request, tokens, cost, windows)
                .handle((values, thrown) -> {
                    if (values != null) {
                        then.accept(reply(values));
                    } else {
                        unsettled(account, used, thrown);
                    }
                    return null;
                });
    }

    /** No reply: the server may have counted it or not. It counts again, so that nothing is lost. */
    private void unsettled(String account, Owed used, Throwable thrown) {
        owe(account, used);
        store.absent(thrown);
    }

    private void owe(String account, Owed used) {
        owed.merge(account, used, Owed::plus);
    }

    @Override
    public CompletableFuture<@Nullable Reply> look(String account, List<Window> windows) {
        return run("look", account, "", 0, 0, windows).thenApply(values -> values.isEmpty() ? null : reply(values));
    }

    @Override
    public void forget(String account, List<Window> windows) throws Fleet.Unreachable {
        Owed missed = owed.remove(account);
        try {
            store.await(run("forget", account, "", 0, 0, windows), RedisFleet.PATIENCE);
        } catch (Store.Absent e) {
            if (missed != null) {
                owe(account, missed);
            }
            throw new Fleet.Unreachable(
                    "The account's limits are as before, since the other instances cannot be told: " + store.problem());
        }
    }

    /** Tells the store what it has missed. What cannot be told is told the next time. */
    CompletableFuture<Void> tellOwed() {
        List<CompletableFuture<Void>> told = new ArrayList<>();
        for (String account : List.copyOf(owed.keySet())) {
            Owed missed = owed.remove(account);
            if (missed != null) {
                told.add(run("settle", account, "", missed.tokens(), missed.cost(), missed.windows())
                        .handle((values, thrown) -> {
                            if (values != null) {
                                warned = false;
                                missed.then().accept(reply(values));
                            } else {
                                untold(account, missed, thrown);
                            }
                            return null;
                        }));
            }
        }
        return CompletableFuture.allOf(told.toArray(CompletableFuture<?>[]::new));
    }

    private void untold(String account, Owed missed, Throwable thrown) {
        owe(account, missed);
        if (!warned) {
            warned = true;
            LOG.warn("What accounts have used cannot be counted for all; it is tried again every second", thrown);
        }
    }

    /** Of requests that run for long. */
    void renew() {
        long now = time.nanoTime();
        held.forEach((request, lease) -> {
            if (now - lease.since() >= RENEWAL && held.replace(request, lease, new Held(lease.account(), now))) {
                CompletableFuture<List<Object>> unused = run("renew", lease.account(), request, 0, 0, List.of());
            }
        });
    }

    private CompletableFuture<List<Object>> run(
            String todo, String account, String request, long tokens, long cost, List<Window> windows) {
        return store.run(Script.ACCOUNTS, keys.account(account), args(todo, 0, request, tokens, cost, windows));
    }

    /** @param now milliseconds; 0 for the server's clock */
    static String[] args(String todo, long now, String request, long tokens, long cost, List<Window> windows) {
        List<String> args = new ArrayList<>(List.of(
                todo,
                Long.toString(now),
                MILLIS_OF_LEASE,
                request,
                Long.toString(tokens),
                Long.toString(cost),
                Integer.toString(windows.size())));
        for (Window window : windows) {
            args.add(window.name());
            args.add(window.ofCost() ? "c" : "t");
            args.add(Long.toString(window.slice()));
            args.add(Long.toString(window.begin()));
            args.add(Long.toString(window.end()));
            args.add(Long.toString(window.most()));
            args.add(Long.toString(window.known()));
            args.add(Integer.toString(window.tellAt().size()));
            window.tellAt().forEach(amount -> args.add(Long.toString(amount)));
        }
        return args.toArray(String[]::new);
    }

    static Reply reply(List<Object> values) {
        List<Long> used = new ArrayList<>();
        List<Long> told = new ArrayList<>();
        for (int i = 4; i + 1 < values.size(); i += 2) {
            used.add(number(values, i));
            told.add(number(values, i + 1));
        }
        return new Reply(
                (int) number(values, 0) - 1, number(values, 1), number(values, 2), number(values, 3), used, told);
    }

    private static long number(List<Object> values, int place) {
        return (Long) values.get(place);
    }
}
