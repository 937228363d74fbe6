package dev.loom.gateway.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.testing.FreePorts;
import dev.loom.gateway.testing.RedisCluster;
import dev.loom.gateway.testing.RedisServer;
import dev.loom.gateway.testing.TestCertificates;
import dev.loom.gateway.traffic.Limits;
import dev.loom.gateway.traffic.Limits.Refusal;
import dev.loom.gateway.traffic.Limits.Reservation;
import dev.loom.gateway.traffic.ProviderTraffic;
import dev.loom.gateway.traffic.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of server that an address may name: one behind TLS, sentinels, a cluster, Valkey. */
class ServersTest {

    @TempDir
    Path directory;

    private final List<RedisFleet> fleets = new ArrayList<>();

    @AfterEach
    void close() {
        fleets.forEach(RedisFleet::close);
    }

    private RedisFleet join(String name, String url, String more) {
        RedisFleet fleet = new RedisFleet(
                FleetFiles.state(directory, "url: '" + url + "', timeout: 1s" + more), name, "1", TimeSource.system());
        fleets.add(fleet);
        return fleet;
    }

    private static Limits limits(RedisFleet fleet, String provider) {
        return fleet.of("provider:" + provider, new RateLimitConfig(null, null, 3));
    }

    private static void take(Limits limits) {
        assertThat(limits.reserve(0)).isInstanceOf(Reservation.class);
    }

    private void awaitAvailable(boolean available) {
        await().atMost(60, TimeUnit.SECONDS)
                .pollInterval(20, TimeUnit.MILLISECONDS)
                .until(() -> fleets.stream().allMatch(fleet -> fleet.status().available() == available));
    }

    private ProviderTraffic serve(RedisFleet fleet) {
        var config = FleetFiles.load(directory, "providers: [{name: p, type: simulator}]");
        ProviderTraffic traffic =
                new ProviderTraffic(config.providers().get(0), config.routing(), TimeSource.system(), fleet);
        fleet.serving(List.of(traffic), Set.of(), "digest");
        return traffic;
    }

    private void assertNewsSpreads() {
        ProviderTraffic there = serve(fleets.get(1));
        serve(fleets.get(0)).coolDown().extend(Duration.ofMinutes(2), Outcome.RATE_LIMITED);
        await().until(there.coolDown()::active);
    }

    private static void assertCountedTogether(Limits one, Limits two) {
        take(one);
        take(two);
        take(one);
        assertThat(two.reserve(0)).isInstanceOf(Refusal.class);
    }

    @Test
    void valkey_is_used_as_redis_is() {
        try (RedisServer server = RedisServer.valkey()) {
            assertCountedTogether(
                    limits(join("one", server.url(), ""), "p"), limits(join("two", server.url(), ""), "p"));
            assertNewsSpreads();
        }
    }

    @Test
    void a_server_behind_tls_knows_its_instances_by_their_certificates() throws Exception {
        TestCertificates certificates = new TestCertificates(directory);
        var server = certificates.make("server", "ip:127.0.0.1");
        var client = certificates.make("client", "dns:gateway");
        int port = FreePorts.next();
        String url = "rediss://127.0.0.1:" + port;
        try (RedisServer redis = RedisServer.start(
                "--tls-port", Integer.toString(port),
                "--tls-cert-file", server.certificate().toString(),
                "--tls-key-file", server.key().toString(),
                "--tls-ca-cert-file", client.certificate().toString())) {
            String trust = "ca_file: '" + server.certificate() + "'";
            String known = trust + ", cert_file: '" + client.certificate() + "', key_file: '" + client.key() + "'";
            assertCountedTogether(
                    limits(join("one", url, ", tls: {" + known + "}"), "p"),
                    limits(join("two", url, ", tls: {" + known.replace(trust, "insecure: true") + "}"), "p"));
            assertNewsSpreads();

            assertRefused(url, "", "has a certificate that is not trusted: name its issuer in state.tls.ca_file");
            assertRefused(
                    url, ", tls: {" + trust + "}", "asks for a certificate: see state.tls.cert_file and key_file");
            assertRefused(
                    redis.url().replace("redis:", "rediss:"), ", tls: {" + trust + "}", "perhaps it speaks no TLS");
            assertRefused(url.replace("rediss:", "redis:"), "", "closed the connection");
        }
    }

    private void assertRefused(String url, String more, String why) {
        assertThatThrownBy(() -> join("three", url, more + ", on_failure: refuse"))
                .hasMessageContaining("state.url " + url + " ")
                .hasMessageContaining(why);
    }

    @Test
    void a_replica_that_sentinels_promote_goes_on_where_its_master_ended() {
        String[] password = {"--requirepass", "hush", "--masterauth", "hush"};
        try (RedisServer master = RedisServer.start(password);
                RedisServer replica = RedisServer.start(
                        "--replicaof", "127.0.0.1 " + master.port(), "--requirepass", "hush", "--masterauth", "hush")) {
            await().atMost(30, TimeUnit.SECONDS)
                    .until(() -> replica.cli("INFO", "replication").contains("master_link_status:up"));
            try (RedisServer sentinel = RedisServer.sentinel(directory, master, "hush")) {
                await().atMost(30, TimeUnit.SECONDS).until(() -> sentinel.cli("SENTINEL", "REPLICAS", "main")
                        .contains(Integer.toString(replica.port())));
                failOver(master, replica, "redis-sentinel://127.0.0.1:1,127.0.0.1:" + sentinel.port() + "#main");
            }
        }
    }

    private void failOver(RedisServer master, RedisServer replica, String url) {
        Limits one = limits(join("one", url, ", password: hush"), "p");
        Limits two = limits(join("two", url, ", password: hush"), "p");
        take(one);
        await().until(() ->
                replica.cli("ZCARD", "loom:{limits:provider:p}:permits").equals("1"));
        master.kill();
        awaitAvailable(false);
        awaitAvailable(true);

        assertThat(replica.cli("ROLE")).startsWith("master");
        take(two);
        take(two);
        assertThat(one.reserve(0)).isInstanceOf(Refusal.class);
        assertNewsSpreads();
    }

    @Test
    void a_cluster_keeps_limits_on_all_its_nodes_and_replaces_one_that_dies() {
        try (RedisCluster cluster = new RedisCluster(directory)) {
            RedisFleet one = join("one", cluster.url(), "");
            RedisFleet two = join("two", cluster.url(), "");
            // A young cluster still moves connections, which is an absence of a moment: another provider is counted
            // then.
            AtomicInteger asked = new AtomicInteger();
            for (int i = 0; i < 9; i++) {
                await().atMost(60, TimeUnit.SECONDS).untilAsserted(() -> {
                    String provider = "p" + asked.getAndIncrement();
                    assertCountedTogether(limits(one, provider), limits(two, provider));
                });
            }
            assertThat(cluster.masters()).as("scripts run where their keys are").allMatch(node -> !node.cli("DBSIZE")
                    .equals("0"));
            assertNewsSpreads();
            Limits there = limits(one, onFirst(cluster));
            Limits here = limits(two, onFirst(cluster));
            take(there);
            cluster.masters().get(0).kill();
            take(here);
            await().atMost(60, TimeUnit.SECONDS).until(() -> there.reserve(0) instanceof Reservation);
            assertThat(here.reserve(0)).isInstanceOf(Refusal.class);
            String permits = new Keys("loom:").limits("provider:" + onFirst(cluster))[1];
            await().until(() -> cluster.replica().cli("ZCARD", permits).equals("3"));
        }
    }

    /** A provider whose limits are kept by the first node. */
    private static String onFirst(RedisCluster cluster) {
        int i = 10;
        while (cluster.ownerOf(new Keys("loom:").limits("provider:q" + i)[0]) != 0) {
            i++;
        }
        return "q" + i;
    }
}
