package dev.loom.gateway.accounts.store;

import dev.loom.gateway.config.Secret;
import dev.loom.gateway.config.accounts.AccountStoreConfig;
import dev.loom.gateway.redis.Resources;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connection to a server, or to the cluster that it belongs to. It is made when it is first needed, and mends itself from
 * then on. Thread-safe.
 */
final class RedisLink implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** Of the nodes of a cluster; after a failed command they are looked for at once. */
    private static final Duration LOOK = Duration.ofSeconds(15);

    private final RedisURI uri;
    private final ClientResources resources = Resources.create();
    private final RedisClient server;
    private @Nullable RedisClusterClient cluster;
    private @Nullable RedisClusterCommands<String, String> commands;

    RedisLink(AccountStoreConfig.Redis config) {
        String address = Objects.requireNonNull(config.address());
        int colon = address.lastIndexOf(':');
        RedisURI.Builder builder = RedisURI.builder()
                .withHost(address.substring(0, colon).replaceAll("[\\[\\]]", ""))
                .withPort(Integer.parseInt(address.substring(colon + 1)))
                .withDatabase(config.db())
                .withTimeout(TIMEOUT);
        Secret password = config.password();
        if (password != null) {
            builder.withPassword(password.value().toCharArray());
        }
        this.uri = builder.build();
        this.server = RedisClient.create(resources, uri);
    }

    synchronized RedisClusterCommands<String, String> commands() {
        RedisClusterCommands<String, String> known = commands;
        if (known == null) {
            StatefulRedisConnection<String, String> connection = server.connect();
            if (isCluster(connection)) {
                connection.close();
                known = ofCluster();
            } else {
                known = connection.sync();
            }
            commands = known;
        }
        return known;
    }

    /** Known once there are commands. */
    synchronized boolean isCluster() {
        return cluster != null;
    }

    private static boolean isCluster(StatefulRedisConnection<String, String> connection) {
        return connection.sync().info("cluster").contains("cluster_enabled:1");
    }

    private RedisClusterCommands<String, String> ofCluster() {
        RedisClusterClient client = RedisClusterClient.create(resources, uri);
        client.setOptions(ClusterClientOptions.builder()
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .enablePeriodicRefresh(LOOK)
                        .enableAllAdaptiveRefreshTriggers()
                        .build())
                .build());
        try {
            RedisClusterCommands<String, String> made = client.connect().sync();
            cluster = client;
            return made;
        } catch (RuntimeException e) {
            client.shutdown(Duration.ZERO, TIMEOUT);
            throw e;
        }
    }

    @Override
    public synchronized void close() {
        if (cluster != null) {
            cluster.shutdown(Duration.ZERO, TIMEOUT);
        }
        server.shutdown(Duration.ZERO, TIMEOUT);
        Future<Boolean> unused = resources.shutdown(0, TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }
}
