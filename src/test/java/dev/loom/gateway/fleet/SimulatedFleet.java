package dev.loom.gateway.fleet;

import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.config.StateConfig;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.replay.EventQueue;
import dev.loom.gateway.traffic.CoolDown;
import dev.loom.gateway.traffic.Fleet;
import dev.loom.gateway.traffic.ProviderTraffic;
import dev.loom.gateway.traffic.SharedCoolDowns;
import dev.loom.gateway.traffic.SharedLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Simulated instances that count together, with the real books, in a model of the server that is some time away: what is given
 * back arrives later, and so does the news of a cool-down. Whoever reserves has waited for the way there and back before.
 */
public final class SimulatedFleet implements Fleet, SharedCoolDowns {

    private static final Duration RENEWAL = Duration.ofSeconds(10);
    private static final StateConfig CONFIG =
            new StateConfig("redis", "redis://model", null, "loom:", Duration.ofSeconds(1), "local", null);

    private record Known(String provider, CoolDown coolDown) {}

    private final String name;
    private final EventQueue queue;
    private final Duration latency;
    private final List<SimulatedFleet> all;
    private final Store store;
    private final AtomicLong permits = new AtomicLong();
    private final List<CommonLimits> limits = new ArrayList<>();
    private final List<Known> coolDowns = new ArrayList<>();

    private SimulatedFleet(
            String name, ModelStore server, EventQueue queue, Duration latency, List<SimulatedFleet> all) {
        this.name = name;
        this.queue = queue;
        this.latency = latency;
        this.all = all;
        Commands link = latency.isZero() ? server : new Distant(server);
        this.store = new Store(CONFIG, queue, () -> CompletableFuture.completedStage(link));
        store.connect();
        store.present();
    }

    /** @param until the leases are renewed, so that the queue comes to an end */
    public static List<Fleet> of(int instances, EventQueue queue, Duration latency, Duration until) {
        ModelStore server = new ModelStore(queue);
        List<SimulatedFleet> all = new ArrayList<>();
        for (int i = 0; i < instances; i++) {
            all.add(new SimulatedFleet("i" + i, server, queue, latency, all));
            all.get(i).store.instances(instances);
            all.get(i).renew(until);
        }
        return List.copyOf(all);
    }

    private void renew(Duration until) {
        if (Duration.ofNanos(queue.nanoTime()).compareTo(until) < 0) {
            queue.after(RENEWAL, () -> {
                limits.forEach(CommonLimits::renew);
                renew(until);
            });
        }
    }

    /** Only who reserves has paid for the way already. */
    private final class Distant implements Commands {

        private final ModelStore server;

        private Distant(ModelStore server) {
            this.server = server;
        }

        @Override
        public CompletableFuture<List<Object>> run(Script script, String[] keys, String... args) {
            if (args[0].equals("reserve")) {
                return server.run(script, keys, args);
            }
            CompletableFuture<List<Object>> answer = new CompletableFuture<>();
            queue.after(
                    latency,
                    () -> answer.complete(server.run(script, keys, args).join()));
            return answer;
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    @Override
    public SharedLimits limits() {
        return (owner, config) -> {
            CommonLimits made = new CommonLimits(owner, config, name, store, queue, permits);
            limits.add(made);
            CompletableFuture<Void> unused = made.renew();
            return made;
        };
    }

    @Override
    public SharedCoolDowns coolDowns() {
        return this;
    }

    @Override
    public CoolDown of(ProviderConfig provider) {
        CoolDown made = new CoolDown(queue, new CoolDown.Others() {
            @Override
            public void began(Duration length, Outcome reason) {
                all.forEach(each -> queue.after(latency, () -> each.hear(provider.name(), length, reason)));
            }

            @Override
            public void ended() {
                // Only an operator ends one, and there is none here.
            }
        });
        coolDowns.add(new Known(provider.name(), made));
        return made;
    }

    private void hear(String provider, Duration length, Outcome reason) {
        coolDowns.stream().filter(known -> known.provider().equals(provider)).forEach(known -> known.coolDown()
                .hear(length, reason));
    }

    @Override
    public boolean drained(String provider) {
        return false;
    }

    @Override
    public Status status() {
        return new Status(name, true, true, null, Instant.EPOCH, List.of(), Set.of());
    }

    @Override
    public void drain(String provider, boolean drained) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void serving(Collection<ProviderTraffic> providers, Set<String> others, String digest) {
        // All are served from the beginning.
    }

    @Override
    public void close() {
        store.close();
    }
}
