package dev.loom.gateway.fleet;

import dev.loom.gateway.config.StateConfig;
import dev.loom.gateway.config.TlsConfig;
import dev.loom.gateway.redis.Resources;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.StaticCredentialsProvider;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.RedisClusterURIUtil;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.io.Closeable;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Connections to one server, to the master that sentinels name, or to a cluster. A connection that is lost fails what is
 * under way on it at once and is not mended: nothing is sent twice.
 */
final class Redis implements Closeable {

    /** Of the greeting; no request waits for it. */
    private static final Duration CONNECT = Duration.ofSeconds(1);

    /** Of the TCP connection: where its first packet is lost, TCP sends it again after a second; another attempt is sooner. */
    private static final Duration CONNECT_TCP = Duration.ofMillis(500);

    /** Commands that wait for an answer. More of them, and the server is as good as absent. */
    private static final int MOST_WAITING = 10_000;

    private final ClientResources resources = Resources.create();
    private final List<RedisURI> addresses;
    private final AbstractRedisClient client;

    Redis(StateConfig config) {
        String url = Objects.requireNonNull(config.url());
        String bare = url.replaceFirst("//[^/@]*@", "//");
        boolean cluster = bare.startsWith("redis") && !bare.contains("-sentinel:") && bare.contains(",");
        addresses = cluster ? RedisClusterURIUtil.toRedisURIs(URI.create(bare)) : List.of(RedisURI.create(bare));
        addresses.forEach(address -> configure(address, config, user(url)));
        if (cluster) {
            RedisClusterClient made = RedisClusterClient.create(resources, addresses);
            made.setOptions(ClusterClientOptions.builder(options(config.tls())).build());
            client = made;
        } else {
            RedisClient made = RedisClient.create(resources);
            made.setOptions(options(config.tls()));
            client = made;
        }
    }

    private static @Nullable String user(String url) {
        int at = url.indexOf('@');
        return at < 0 ? null : url.substring(url.indexOf("//") + 2, at);
    }

    private static void configure(RedisURI address, StateConfig config, @Nullable String user) {
        address.setTimeout(CONNECT);
        if (config.password() != null) {
            char[] password = config.password().value().toCharArray();
            address.setCredentialsProvider(new StaticCredentialsProvider(user, password));
        }
        if (config.tls() != null && config.tls().insecure()) {
            address.setVerifyPeer(SslVerifyMode.NONE);
        }
    }

    private static ClientOptions options(@Nullable TlsConfig tls) {
        return ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MOST_WAITING)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT_TCP)
                        .keepAlive(true)
                        .build())
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
                .sslOptions(ssl(tls))
                .build();
    }

    private static SslOptions ssl(@Nullable TlsConfig tls) {
        SslOptions.Builder ssl = SslOptions.builder().jdkSslProvider();
        if (tls != null && tls.caFile() != null) {
            ssl.trustManager(tls.caFile().toFile());
        }
        if (tls != null && tls.certFile() != null && tls.keyFile() != null) {
            ssl.keyManager(tls.certFile().toFile(), tls.keyFile().toFile(), new char[0]);
        }
        return ssl.build();
    }

    CompletionStage<Commands> connect() {
        return withReason(() -> open().thenApply(LettuceCommands::of));
    }

    /**
     * Lettuce loses the reason where a server refuses the greeting, as for its password, before Lettuce has looked whether
     * the connection is there: then it is asked once more, so that a wrong password is told as one.
     */
    static <T> CompletionStage<T> withReason(Supplier<CompletionStage<T>> connecting) {
        // Not exceptionallyCompose, which Lettuce's futures do not have: it would wait for ever.
        return connecting
                .get()
                .<CompletionStage<T>>handle((connection, thrown) -> {
                    if (thrown == null) {
                        return CompletableFuture.completedFuture(connection);
                    }
                    return isWithoutReason(thrown) ? connecting.get() : CompletableFuture.failedFuture(thrown);
                })
                .thenCompose(Function.identity());
    }

    private static boolean isWithoutReason(Throwable thrown) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
                .limit(20)
                .anyMatch(
                        cause -> String.valueOf(cause.getMessage()).startsWith("RedisHandshakeHandler not registered"));
    }

    private CompletionStage<? extends StatefulConnection<String, String>> open() {
        return client instanceof RedisClusterClient cluster
                ? cluster.refreshPartitionsAsync()
                        .thenCompose(known -> cluster.connectAsync(StringCodec.UTF8))
                        .thenCompose(Redis::toAllNodes)
                : ((RedisClient) client).connectAsync(StringCodec.UTF8, addresses.get(0));
    }

    /** Else the first command for a node would wait for its connection, and those behind it would pass it by. */
    private static CompletionStage<StatefulRedisClusterConnection<String, String>> toAllNodes(
            StatefulRedisClusterConnection<String, String> connection) {
        CompletableFuture<?>[] all = connection.getPartitions().stream()
                .filter(node -> !node.hasNoSlots())
                .map(RedisClusterNode::getUri)
                .map(node -> connection.getConnectionAsync(node.getHost(), node.getPort()))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(all).handle((done, thrown) -> {
            if (thrown != null) {
                CompletableFuture<Void> unused = connection.closeAsync();
                throw new CompletionException(thrown);
            }
            return connection;
        });
    }

    /** A connection of its own, which hears what is told on channels. */
    CompletionStage<StatefulRedisPubSubConnection<String, String>> listen() {
        return withReason(this::openToListen);
    }

    private CompletionStage<StatefulRedisPubSubConnection<String, String>> openToListen() {
        return client instanceof RedisClusterClient cluster
                ? cluster.refreshPartitionsAsync()
                        .thenCompose(known -> cluster.connectPubSubAsync(StringCodec.UTF8))
                        .thenApply(connection -> connection)
                : ((RedisClient) client).connectPubSubAsync(StringCodec.UTF8, addresses.get(0));
    }

    /** Closes every connection. */
    @Override
    public void close() {
        client.shutdown(Duration.ZERO, CONNECT);
        Future<Boolean> unused = resources.shutdown(0, CONNECT.toMillis(), TimeUnit.MILLISECONDS);
    }
}
