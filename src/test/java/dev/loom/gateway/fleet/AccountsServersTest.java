package dev.loom.gateway.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.accounts.Asker;
import dev.loom.gateway.accounts.Decision;
import dev.loom.gateway.accounts.Ledger;
import dev.loom.gateway.accounts.Refusal;
import dev.loom.gateway.accounts.Reservation;
import dev.loom.gateway.accounts.Rules;
import dev.loom.gateway.config.Accounting;
import dev.loom.gateway.testing.RedisCluster;
import dev.loom.gateway.testing.RedisServer;
import dev.loom.gateway.traffic.TimeSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limits of accounts on a cluster, whose nodes share the keys, and behind sentinels. */
class AccountsServersTest {

    @TempDir
    Path directory;

    private final List<RedisFleet> fleets = new ArrayList<>();

    @AfterEach
    void close() {
        fleets.forEach(RedisFleet::close);
    }

    private Ledger ledger(String url, String more) {
        RedisFleet fleet = new RedisFleet(
                FleetFiles.state(directory, "url: '" + url + "', timeout: 1s" + more),
                "i" + fleets.size(),
                "1",
                TimeSource.system());
        fleets.add(fleet);
        Ledger ledger = new Ledger(
                new Rules(Accounting.config(
                        "limits: [{window: 1h, max_tokens: 100}], cost_limits: [{align: month, max_cost: 1}]")),
                TimeSource.system());
        ledger.share(fleet.accounts());
        return ledger;
    }

    private static Decision reserve(Ledger ledger, String account, long tokens) {
        return ledger.reserve(account, Asker.NOBODY, tokens, 1);
    }

    /** Every step of the script, at two instances. Another account if the server was away meanwhile: then each counts by itself. */
    private static void assertCountedTogether(Ledger one, Ledger two, String account) {
        Reservation underWay = (Reservation) reserve(one, account, 60);
        assertThat(reserve(two, account, 50)).isInstanceOf(Refusal.class);
        underWay.settle(80, 1);
        await().atMost(5, TimeUnit.SECONDS)
                .until(() -> reserve(two, account, 30) instanceof Refusal refusal && refusal.used() == 80);
        assertThat(reserve(two, account, 20)).isInstanceOf(Reservation.class);
        assertThat(reserve(one, account, 1)).isInstanceOf(Refusal.class);
    }

    private boolean available() {
        return fleets.stream().allMatch(fleet -> fleet.status().available());
    }

    @Test
    void every_node_of_a_cluster_counts_the_accounts_whose_keys_it_has() {
        try (RedisCluster cluster = new RedisCluster(directory)) {
            Ledger one = ledger(cluster.url(), "");
            Ledger two = ledger(cluster.url(), "");
            AtomicInteger asked = new AtomicInteger();
            for (int node = 0; node < 3; node++) {
                int wanted = node;
                // A young cluster still moves connections, which is an absence of a moment.
                await().atMost(60, TimeUnit.SECONDS)
                        .untilAsserted(() -> assertCountedTogether(one, two, on(cluster, wanted, asked)));
            }

            await().atMost(60, TimeUnit.SECONDS).untilAsserted(() -> {
                String braces = "}{" + asked.incrementAndGet() + "}";
                assertCountedTogether(one, two, braces);
                assertThat(keysOf(cluster, braces)).hasSize(2);
            });
        }
    }

    /** An account that nobody has asked for, and whose keys are this node's. */
    private static String on(RedisCluster cluster, int node, AtomicInteger asked) {
        String account;
        do {
            account = "team-" + asked.incrementAndGet();
        } while (cluster.ownerOf(new Keys("loom:").account(account)[0]) != node);
        return account;
    }

    private static List<String> keysOf(RedisCluster cluster, String account) {
        String[] keys = new Keys("loom:").account(account);
        return cluster.masters()
                .get(cluster.ownerOf(keys[0]))
                .cli("KEYS", "*")
                .lines()
                .filter(List.of(keys)::contains)
                .toList();
    }

    @Test
    void what_an_account_has_used_is_known_to_the_replica_that_sentinels_promote() {
        try (RedisServer master = RedisServer.start();
                RedisServer replica = RedisServer.start("--replicaof", "127.0.0.1 " + master.port())) {
            await().atMost(30, TimeUnit.SECONDS)
                    .until(() -> replica.cli("INFO", "replication").contains("master_link_status:up"));
            try (RedisServer sentinel = RedisServer.sentinel(directory, master, "none")) {
                await().atMost(30, TimeUnit.SECONDS).until(() -> sentinel.cli("SENTINEL", "REPLICAS", "main")
                        .contains(Integer.toString(replica.port())));
                failOver(master, replica, "redis-sentinel://127.0.0.1:" + sentinel.port() + "#main");
            }
        }
    }

    private void failOver(RedisServer master, RedisServer replica, String url) {
        Ledger one = ledger(url, "");
        Ledger two = ledger(url, "");
        assertCountedTogether(one, two, "acme");
        ((Reservation) reserve(one, "other", 60)).settle(60, 1);
        await().until(() ->
                replica.cli("HGET", "loom:{account:other}", "t:per_hour|sum").equals("60"));
        master.kill();
        await().atMost(60, TimeUnit.SECONDS).until(() -> !available());
        await().atMost(60, TimeUnit.SECONDS).until(this::available);

        assertThat(replica.cli("ROLE")).startsWith("master");
        assertThat(reserve(two, "acme", 1)).isInstanceOf(Refusal.class);
        assertThat(reserve(two, "other", 41)).isInstanceOf(Refusal.class);
        assertThat(reserve(two, "other", 40)).isInstanceOf(Reservation.class);
        assertThat(reserve(one, "other", 1)).isInstanceOf(Refusal.class);
    }
}
