package dev.loom.gateway.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.config.StateConfig;
import dev.loom.gateway.testing.RedisCluster;
import dev.loom.gateway.testing.RedisServer;
import dev.loom.gateway.traffic.Asked;
import dev.loom.gateway.traffic.Limits;
import dev.loom.gateway.traffic.Limits.Reservation;
import dev.loom.gateway.traffic.TimeSource;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A connection that is closed while it is in use, as it happens to those of a cluster whose nodes change: no request fails, and
 * none waits for its timeout, which is an hour here.
 */
@Timeout(300)
class ClosedConnectionsTest {

    @TempDir
    Path directory;

    private Redis redis;
    private Store store;
    private CommonLimits limits;
    private volatile LettuceCommands open;

    private void meet(String url) {
        StateConfig config = new StateConfig("redis", url, null, "loom:", Duration.ofHours(1), "local", null);
        redis = new Redis(config);
        store = new Store(config, TimeSource.system(), this::connect);
        limits = new CommonLimits(
                "provider:p", new RateLimitConfig(100, null, 10), "i", store, TimeSource.system(), new AtomicLong());
        find();
    }

    private CompletionStage<Commands> connect() {
        return redis.connect().thenApply(commands -> {
            open = (LettuceCommands) commands;
            return commands;
        });
    }

    private void find() {
        assertThat(store.connect()).isTrue();
        store.present();
        assertThat(limits.renew()).succeedsWithin(Duration.ofSeconds(30));
    }

    @AfterEach
    void close() {
        store.close();
        redis.close();
    }

    @Test
    void whoever_asks_on_a_closed_connection_counts_alone_until_there_is_another() {
        try (RedisServer server = RedisServer.start()) {
            meet(server.url());
            open.connection().close();
            assertCountedAlone(limits.ask(1));
            find();
            limits.reserve(1);
            assertThat(permits(server)).isEqualTo("2");
        }
    }

    @Test
    void whoever_waits_on_a_connection_that_is_closed_then_counts_alone() {
        try (RedisServer server = RedisServer.start()) {
            meet(server.url());
            server.freeze();
            Asked<Limits.Decision> asked = limits.ask(1);
            open.connection().close();
            assertCountedAlone(asked);
            server.thaw();
        }
    }

    private void assertCountedAlone(Asked<Limits.Decision> asked) {
        assertThat(asked.get()).isInstanceOf(Reservation.class);
        assertThat(store.available()).isFalse();
        assertThat(store.problem()).contains("closed the connection");
    }

    private static String permits(RedisServer server) {
        return server.cli("ZCARD", "loom:{limits:provider:p}:permits");
    }

    @Test
    void nodes_of_a_cluster_whose_connections_are_closed_cost_nobody_a_request() {
        try (RedisCluster cluster = new RedisCluster(directory)) {
            meet(cluster.url());
            for (int i = 0; i < 5; i++) {
                closeNodes(cluster);
                assertThat(limits.reserve(1)).isInstanceOf(Reservation.class);
                find();
            }
            open.connection().close();
            assertCountedAlone(limits.ask(1));
            find();
            assertThat(limits.levels().get("concurrent_requests").remaining()).isEqualTo(4);
        }
    }

    private void closeNodes(RedisCluster cluster) {
        var nodes = (StatefulRedisClusterConnection<String, String>) open.connection();
        cluster.masters()
                .forEach(node -> nodes.getConnection("127.0.0.1", node.port()).close());
    }

    @Test
    void who_listens_on_a_connection_that_is_closed_at_once_hears_nothing_and_says_so() {
        try (RedisServer server = RedisServer.start()) {
            meet(server.url());
            Listener listener = new Listener(
                    store, () -> redis.listen().thenApply(ClosedConnectionsTest::closed), "news", news -> {});
            assertThat(listener.listen()).isFalse();
            assertThat(store.available()).isFalse();
        }
    }

    private static StatefulRedisPubSubConnection<String, String> closed(
            StatefulRedisPubSubConnection<String, String> connection) {
        CompletableFuture<Void> unused = connection.closeAsync();
        return connection;
    }
}
