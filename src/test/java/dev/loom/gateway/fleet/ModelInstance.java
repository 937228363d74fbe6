package dev.loom.gateway.fleet;

import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.config.StateConfig;
import dev.loom.gateway.traffic.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** The books of one instance beside a server like {@link ModelStore}; what the fleet's own thread does, a test does at its time. */
final class ModelInstance {

    static final String OWNER = "provider:p";

    private static final StateConfig CONFIG =
            new StateConfig("redis", "redis://model", null, "loom:", Duration.ofMillis(1), "local", null);

    private final Commands server;
    private final Store store;
    private final CommonLimits limits;
    private ModelLink link;

    /** @param server on which all instances' connections end */
    ModelInstance(String name, int instances, RateLimitConfig config, Commands server, TimeSource time) {
        this.server = server;
        this.link = new ModelLink(server);
        this.store = new Store(CONFIG, time, () -> CompletableFuture.completedStage(link));
        this.limits = new CommonLimits(OWNER, config, name, store, time, new AtomicLong());
        store.instances(instances);
        look();
    }

    CommonLimits limits() {
        return limits;
    }

    boolean available() {
        return store.available();
    }

    ModelLink link() {
        return link;
    }

    /** As {@link RedisFleet} does until it finds the server. */
    void look() {
        if (link.isBroken()) {
            link = new ModelLink(server);
        }
        link.deliver();
        while (!found()) {
            // The connection was the old one; the next is another.
        }
    }

    private boolean found() {
        try {
            if (store.connect()) {
                store.await(ask());
                store.await(limits.renew());
                store.present();
                CompletableFuture<Void> unused = limits.renew();
                return true;
            }
            return false;
        } catch (Store.Absent e) {
            return false;
        }
    }

    private CompletableFuture<List<Object>> ask() {
        return store.run(Script.BEAT, new Keys("loom:").beat());
    }

    /** As it does once a second. */
    void beat() {
        try {
            store.await(ask());
            if (limits.isDue()) {
                CompletableFuture<Void> unused = limits.renew();
            }
        } catch (Store.Absent e) {
            // It is known now.
        }
    }
}
