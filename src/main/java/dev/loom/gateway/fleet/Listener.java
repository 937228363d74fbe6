package dev.loom.gateway.fleet;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hears what the others tell, on a connection of its own. Used by the fleet's own thread. */
final class Listener implements Closeable {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Store store;
    private final String channel;
    private final Consumer<News> consumer;
    private volatile @Nullable StatefulRedisPubSubConnection<String, String> connection;

    Listener(Store store, String channel, Consumer<News> consumer) {
        this.store = store;
        this.channel = channel;
        this.consumer = consumer;
    }

    /** Makes sure that it listens; true if it does. */
    boolean listen() {
        StatefulRedisPubSubConnection<String, String> open = connection;
        if (open != null && open.isOpen()) {
            return true;
        }
        try {
            StatefulRedisPubSubConnection<String, String> made = store.await(
                    store.redis()
                            .listen()
                            .<StatefulRedisPubSubConnection<String, String>>thenApply(c -> c)
                            .toCompletableFuture(),
                    PATIENCE);
            made.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(String from, String message) {
                    News.parse(message).ifPresent(consumer);
                }
            });
            connection = made;
            store.await(made.async().subscribe(channel).toCompletableFuture(), PATIENCE);
            return true;
        } catch (Store.Absent e) {
            return false;
        }
    }

    @Override
    public void close() {
        StatefulRedisPubSubConnection<String, String> open = connection;
        connection = null;
        if (open != null) {
            CompletableFuture<Void> unused = open.closeAsync();
        }
    }
}
