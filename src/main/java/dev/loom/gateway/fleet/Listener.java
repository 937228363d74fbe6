package dev.loom.gateway.fleet;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hears what the others tell, on a connection of its own, which is made anew with each of the store's: so it is never left
 * behind at a server that is not in use any more. Used by the fleet's own thread.
 */
final class Listener implements Closeable {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Store store;
    private final Supplier<CompletionStage<StatefulRedisPubSubConnection<String, String>>> server;
    private final String channel;
    private final Consumer<News> consumer;
    private volatile @Nullable StatefulRedisPubSubConnection<String, String> connection;
    private long beside;

    Listener(
            Store store,
            Supplier<CompletionStage<StatefulRedisPubSubConnection<String, String>>> server,
            String channel,
            Consumer<News> consumer) {
        this.store = store;
        this.server = server;
        this.channel = channel;
        this.consumer = consumer;
    }

    /** Makes sure that it listens; true if it does. */
    boolean listen() {
        StatefulRedisPubSubConnection<String, String> open = connection;
        if (open != null && open.isOpen() && beside == store.connections()) {
            return true;
        }
        close();
        CompletableFuture<StatefulRedisPubSubConnection<String, String>> asked = Store.begun(server);
        try {
            connection = store.await(asked.thenCompose(this::subscribed), PATIENCE);
            beside = store.connections();
            return true;
        } catch (Store.Absent e) {
            CompletableFuture<Void> unused = asked.thenCompose(StatefulRedisPubSubConnection::closeAsync);
            return false;
        }
    }

    private CompletionStage<StatefulRedisPubSubConnection<String, String>> subscribed(
            StatefulRedisPubSubConnection<String, String> made) {
        made.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String from, String message) {
                News.parse(message).ifPresent(consumer);
            }
        });
        return made.async().subscribe(channel).thenApply(done -> made);
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
