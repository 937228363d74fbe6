package dev.loom.gateway.fleet;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.config.StateConfig;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.traffic.CoolDown;
import dev.loom.gateway.traffic.Fleet;
import dev.loom.gateway.traffic.Limits;
import dev.loom.gateway.traffic.ProviderTraffic;
import dev.loom.gateway.traffic.SharedAccounts;
import dev.loom.gateway.traffic.SharedCoolDowns;
import dev.loom.gateway.traffic.SharedLimits;
import dev.loom.gateway.traffic.SharedNotes;
import dev.loom.gateway.traffic.TimeSource;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The instances that use one Redis or Valkey under one prefix. A thread of its own says every second that this one lives,
 * reads what all know, and looks for a server that is away five times a second; everything else runs on the threads of
 * those who ask, or on the client's, which never wait. Long, because all that instances tell each other passes here.
 */
public final class RedisFleet implements Fleet, SharedCoolDowns, SharedLimits {

    private static final Logger LOG = LoggerFactory.getLogger(RedisFleet.class);

    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration BEAT = Duration.ofSeconds(1);

    /** An instance that was not heard of for so long is gone: ten beats. */
    private static final Duration LIFE = BEAT.multipliedBy(10);

    /** No request waits for what is waited for so long. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    /** At the start the JVM is slow, and so may be the machine. */
    private static final int TRIES = 3;

    private final TimeSource time;
    private final Redis redis;
    private final Store store;
    private final Keys keys;
    private final CommonNotes notes;
    private final Listener listener;
    private final Map<String, CommonLimits> limits = new ConcurrentHashMap<>();
    private final AtomicLong permits = new AtomicLong();
    private final CommonAccounts accounts;

    /** Providers whose cool-down an operator ended while nobody could be told. */
    private final Set<String> endedAlone = ConcurrentHashMap.newKeySet();

    /** Providers whose cool-down has ended since the server was asked last, which it may not have known when it replied. */
    private final Set<String> endedSince = ConcurrentHashMap.newKeySet();

    /** Providers whose drain the server has lost, until it has been told again. */
    private final Set<String> drainedAgain = ConcurrentHashMap.newKeySet();

    private final ScheduledExecutorService thread = thread();
    private volatile Instance self;
    private volatile Map<String, ProviderTraffic> providers = Map.of();
    private volatile Members members = Members.NONE;
    private volatile Set<String> drained = Set.of();
    private volatile boolean drainsChanged;

    /** Until then those are counted who were there when the server lost its data: they come back one after the other. */
    private volatile long lossCountsUntil;

    private volatile long lastBeat;
    private volatile boolean met;

    /**
     * Joins the others, if the server can be reached.
     *
     * @param name of this instance, which no other has
     * @throws IllegalStateException if it cannot, and {@code state.on_failure} is {@code refuse}
     */
    public RedisFleet(StateConfig config, String name, String version, TimeSource time) {
        this.time = time;
        this.lossCountsUntil = time.nanoTime();
        this.redis = new Redis(config);
        this.store = new Store(config, time, redis::connect);
        this.keys = new Keys(config.keyPrefix());
        this.notes = new CommonNotes(store, keys);
        this.self = new Instance(name, version, "", time.instant(), time.instant());
        this.accounts = new CommonAccounts(store, keys, name, time, permits);
        this.listener = new Listener(store, redis::listen, keys.channel(), this::hear);
        boolean there = look();
        for (int tries = 1; !there && config.refuses() && tries < TRIES; tries++) {
            there = look();
        }
        if (!there && config.refuses()) {
            String problem = store.problem();
            close();
            throw new IllegalStateException(problem + " (state.on_failure: refuse)");
        }
        ScheduledFuture<?> unused =
                thread.scheduleWithFixedDelay(this::tick, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static ScheduledExecutorService thread() {
        return new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "loom-fleet");
            thread.setDaemon(true);
            return thread;
        });
    }

    private void tick() {
        try {
            if (!store.available() || time.nanoTime() - lastBeat >= BEAT.toNanos()) {
                look();
            }
        } catch (RuntimeException e) {
            LOG.warn("Something went wrong with what instances share; it goes on", e);
        }
    }

    private boolean look() {
        boolean there = found();
        if (!there) {
            store.warn();
        }
        return there;
    }

    /** Listens first, so that nothing is missed between what is read and what is heard. */
    private boolean found() {
        if (!store.connect() || !listener.listen()) {
            return false;
        }
        lastBeat = time.nanoTime();
        boolean back = !store.available();
        Set.copyOf(endedAlone).forEach(provider -> {
            endedAlone.remove(provider);
            tellEnd(provider);
        });
        try {
            boolean changed = live(back && met ? store.config().timeout() : PATIENCE);
            CompletableFuture<Void> renewals = renew(limits -> back || changed || limits.isDue());
            accounts.renew();
            CompletableFuture<Void> told = accounts.tellOwed();
            if (back) {
                store.await(renewals, PATIENCE);
                store.await(told, PATIENCE);
                providers.values().forEach(this::tellCoolDown);
                met = true;
                store.present();
                // Tells what happened in between, and takes over what all have left.
                CompletableFuture<Void> unused = CompletableFuture.allOf(renew(limits -> true), accounts.tellOwed());
            }
            return true;
        } catch (Store.Absent e) {
            return false;
        }
    }

    /**
     * Says that this instance lives, and reads what all know.
     *
     * @return whether other instances or configurations count now, or the server knows nothing of what it knew before
     */
    private boolean live(Duration most) throws Store.Absent {
        Members before = members;
        endedSince.clear();
        drainsChanged = false;
        read(store.await(beat(Members.about(self)), most));
        boolean forgotten = members.hasForgotten(before);
        if (forgotten) {
            providers.values().forEach(this::tellCoolDown);
        }
        return forgotten || !members.configurations().equals(before.configurations());
    }

    private CompletableFuture<Void> renew(Predicate<CommonLimits> which) {
        return CompletableFuture.allOf(
                limits.values().stream().filter(which).map(CommonLimits::renew).toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<List<Object>> beat(String about) {
        String first = self.name() + " " + time.instant().toEpochMilli();
        return store.run(Script.BEAT, keys.beat(), self.name(), about, Long.toString(LIFE.toMillis()), first);
    }

    private synchronized void read(List<Object> reply) {
        Members read = Members.of(reply);
        if (read.hasForgotten(members)) {
            drainedAgain.addAll(drained);
            lossCountsUntil = time.nanoTime() + LIFE.toNanos();
        }
        members = read;
        if (!drainsChanged) {
            drained = Stream.concat(read.drained().stream(), drainedAgain.stream())
                    .collect(Collectors.toUnmodifiableSet());
        }
        drainedAgain.forEach(this::drainAgain);
        boolean mayMiss = time.nanoTime() - lossCountsUntil < 0;
        store.instances(Math.max(read.instances().size(), mayMiss ? store.instances() : 1));
        hearCoolDowns();
    }

    private synchronized void hearCoolDowns() {
        members.coolDowns().stream()
                .filter(news -> !endedSince.contains(news.provider()))
                .forEach(this::hear);
    }

    /** At the word of another instance, or of this one: whoever tells something hears it, too. */
    private synchronized void hear(News news) {
        ProviderTraffic provider = providers.get(news.provider());
        switch (news.kind()) {
            case DRAIN -> {
                drainsChanged = true;
                drained = with(news.provider());
            }
            case UNDRAIN -> {
                drainsChanged = true;
                drainedAgain.remove(news.provider());
                drained = without(news.provider());
            }
            case WARM -> {
                endedSince.add(news.provider());
                if (provider != null) {
                    provider.coolDown().forget();
                }
            }
            case COOL -> {
                Outcome reason = news.reason();
                if (provider != null
                        && reason != null
                        && Way.of(provider.config()).equals(news.way())) {
                    provider.coolDown().hear(news.length(), reason);
                }
            }
        }
    }

    private Set<String> with(String provider) {
        return Stream.concat(drained.stream(), Stream.of(provider)).collect(Collectors.toUnmodifiableSet());
    }

    private Set<String> without(String provider) {
        return drained.stream().filter(name -> !name.equals(provider)).collect(Collectors.toUnmodifiableSet());
    }

    /** The server has lost a drain that nobody has ended. */
    private void drainAgain(String provider) {
        CompletableFuture<Void> unused =
                tell(News.of(News.Kind.DRAIN, provider)).thenAccept(told -> drainedAgain.remove(provider));
    }

    private CompletableFuture<List<Object>> tell(News news) {
        return store.run(
                Script.TELL,
                keys.tell(),
                news.todo(),
                keys.channel(),
                news.toString(),
                news.subject(),
                Long.toString(news.length().toMillis()),
                news.reason() == null ? "" : news.reason().name());
    }

    /** That an operator has ended a provider's cool-down: now, or when somebody can be told. */
    private void tellEnd(String provider) {
        CompletableFuture<?> unused = tell(News.of(News.Kind.WARM, provider)).exceptionally(thrown -> {
            endedAlone.add(provider);
            return List.of();
        });
    }

    /** What was found out while nobody could be told. */
    private void tellCoolDown(ProviderTraffic provider) {
        Outcome reason = provider.coolDown().reason();
        if (reason != null) {
            Duration left = provider.coolDown().remaining();
            CompletableFuture<?> unused = tell(News.cool(provider.name(), Way.of(provider.config()), left, reason));
        }
    }

    @Override
    public SharedLimits limits() {
        return this;
    }

    @Override
    public SharedAccounts accounts() {
        return accounts;
    }

    @Override
    public SharedCoolDowns coolDowns() {
        return this;
    }

    @Override
    public SharedNotes notes() {
        return notes;
    }

    @Override
    public Limits of(String owner, RateLimitConfig config) {
        CommonLimits made = new CommonLimits(owner, config, self.name(), store, time, permits);
        limits.put(owner, made);
        if (store.available()) {
            CompletableFuture<?> unused = made.renew();
        }
        return made;
    }

    @Override
    public CoolDown of(ProviderConfig provider) {
        String way = Way.of(provider);
        return new CoolDown(time, new CoolDown.Others() {
            @Override
            public void began(Duration length, Outcome reason) {
                CompletableFuture<?> unused = tell(News.cool(provider.name(), way, length, reason));
            }

            @Override
            public void ended() {
                tellEnd(provider.name());
            }
        });
    }

    @Override
    public boolean drained(String provider) {
        return drained.contains(provider);
    }

    @Override
    public Status status() {
        return new Status(self.name(), true, store.available(), store.problem(), store.changed(), instances(), drained);
    }

    /** As they were last heard of; who has never heard of any knows itself. */
    private List<Instance> instances() {
        List<Instance> known = members.instances();
        return known.isEmpty() ? List.of(self) : known;
    }

    @Override
    public void drain(String provider, boolean wanted) throws Unreachable {
        News news = News.of(wanted ? News.Kind.DRAIN : News.Kind.UNDRAIN, provider);
        try {
            store.await(tell(news), PATIENCE);
            hear(news);
        } catch (Store.Absent e) {
            throw new Unreachable("The other instances cannot be told, and nothing has changed: " + store.problem());
        }
    }

    @Override
    public void serving(Collection<ProviderTraffic> inForce, Set<String> others, String digest) {
        providers = inForce.stream().collect(Collectors.toUnmodifiableMap(ProviderTraffic::name, Function.identity()));
        self = new Instance(self.name(), self.version(), digest, self.since(), self.beat());
        hearCoolDowns();
        limits.keySet().stream()
                .filter(owner -> !others.contains(owner)
                        && inForce.stream().noneMatch(provider -> ProviderTraffic.owner(provider.name())
                                .equals(owner)))
                .forEach(this::forget);
    }

    private void forget(String owner) {
        CommonLimits gone = limits.remove(owner);
        if (gone != null && store.available()) {
            CompletableFuture<?> unused = gone.leave();
        }
    }

    /** Leaves the others at once, if they can be told. */
    @Override
    public void close() {
        thread.shutdownNow();
        if (store.available()) {
            CompletableFuture<?>[] last = Stream.concat(
                            Stream.of(beat(""), accounts.tellOwed()),
                            limits.values().stream().map(CommonLimits::leave))
                    .toArray(CompletableFuture<?>[]::new);
            try {
                store.await(CompletableFuture.allOf(last), PATIENCE);
            } catch (Store.Absent e) {
                LOG.debug("The others learn of this instance's end by its silence", e);
            }
        }
        listener.close();
        store.close();
        redis.close();
    }
}
