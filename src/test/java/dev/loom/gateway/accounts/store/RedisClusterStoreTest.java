package dev.loom.gateway.accounts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.accounts.UsageQuery;
import dev.loom.gateway.accounts.UsageRow;
import dev.loom.gateway.accounts.UsageStore;
import dev.loom.gateway.config.Accounting;
import dev.loom.gateway.testing.RedisCluster;
import dev.loom.gateway.testing.RedisServer;
import dev.loom.gateway.traffic.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The usage of accounts in a cluster, of which the configuration names one node, whichever. */
class RedisClusterStoreTest {

    @TempDir
    Path directory;

    private final ManualTime time = new ManualTime();

    private UsageStore open(RedisServer node, String prefix) throws Exception {
        Path file = directory.resolve("usage-" + node.port() + prefix.hashCode());
        return UsageStores.of(
                Accounting.config("storage: redis, file: {path: '" + file + "'}, redis: {address: '127.0.0.1:"
                        + node.port() + "', key_prefix: '" + prefix + "'}"),
                time);
    }

    /** Whose keys would be on every node, if each went by its own name. */
    private List<UsageRow> rows() {
        long now = time.instant().getEpochSecond() / 60 * 60;
        return IntStream.range(0, 20)
                .mapToObj(i -> new UsageRow(now - 60L * i, "a" + i, "openai", "m", 1, 10, 2, 0, 0, 5))
                .toList();
    }

    private long input(UsageStore store) throws UsageStore.StoreAway {
        return store.read(UsageQuery.since(time.instant(), Duration.ofDays(1))).stream()
                .mapToLong(UsageRow::input)
                .sum();
    }

    private void catchUp(UsageStore store) {
        time.advance(Duration.ofSeconds(2));
        store.catchUp();
    }

    @Test
    void every_node_leads_to_the_usage_of_all() throws Exception {
        try (RedisCluster cluster = new RedisCluster(directory)) {
            for (String prefix : List.of("loom:tokens:", "mine:{tag}:")) {
                try (UsageStore one = open(cluster.masters().get(0), prefix);
                        UsageStore two = open(cluster.masters().get(2), prefix)) {
                    one.append("w-1", rows());
                    one.append("w-1", rows());
                    two.append("v-1", rows());
                    await().untilAsserted(() -> {
                        catchUp(one);
                        catchUp(two);
                        assertThat(input(one)).isEqualTo(400);
                        assertThat(input(two)).isEqualTo(400);
                    });
                    one.forget("a3");
                    assertThat(input(two)).isEqualTo(380);
                }
            }
        }
    }

    @Test
    void a_node_that_is_lost_costs_no_usage() throws Exception {
        try (RedisCluster cluster = new RedisCluster(directory);
                UsageStore store = open(cluster.masters().get(1), tagOfTheFirst(cluster))) {
            store.append("w-1", rows());
            await().untilAsserted(() -> {
                catchUp(store);
                assertThat(input(store)).isEqualTo(200);
            });
            assertThat(cluster.masters().get(0).cli("WAIT", "1", "5000")).isEqualTo("1");
            cluster.masters().get(0).kill();
            store.append("w-2", rows());
            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().untilAsserted(() -> {
                catchUp(store);
                assertThat(input(store)).isEqualTo(400);
            });
        }
    }

    /** So that all usage lies on the node that has a replica. */
    private static String tagOfTheFirst(RedisCluster cluster) {
        return IntStream.range(0, 1000)
                .mapToObj(i -> "{t" + i + "}:")
                .filter(prefix -> cluster.ownerOf(prefix) == 0)
                .findFirst()
                .orElseThrow();
    }
}
