package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.Clients;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.Http;
import dev.loom.gateway.testing.RedisServer;
import dev.loom.gateway.testing.StoreFailure;
import dev.loom.gateway.testing.TestGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.health.HealthCheck;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole gateways behind one address, as clients, operators and a provider see them. Long: all that the instances share is seen
 * from each of these sides.
 */
class TwoGatewaysTest {

    private static final String SECRET = "very-secret";
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final StoreFailure.Scene scene = new StoreFailure.Scene();
    private final RedisServer server = scene.server();
    private final AtomicInteger served = new AtomicInteger();
    private final FakeProvider provider = new FakeProvider(call -> {
        served.incrementAndGet();
        call.completion("Hello");
    });
    private final List<TestGateway> gateways = new ArrayList<>();

    @AfterEach
    void close() {
        server.thaw();
        gateways.forEach(TestGateway::close);
        provider.close();
        scene.close();
    }

    private TestGateway start(String limits, String state) {
        TestGateway gateway = TestGateway.start(
                TestGateway.providers("rate_limit: {" + limits + "}", provider) + "state: {type: redis, url: '"
                        + scene.url() + "', timeout: " + TIMEOUT.toSeconds() + "s" + state + "}\n");
        gateways.add(gateway);
        return gateway;
    }

    private static int chat(TestGateway gateway) {
        return gateway.chat(TestGateway.chat("gpt-4", false)).statusCode();
    }

    /** Sends so many requests by so many clients, in turn to each gateway; the number of those that were answered. */
    private int storm(int clients, int requests, String body) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(clients);
        AtomicInteger number = new AtomicInteger();
        Callable<Integer> client = () -> {
            int answered = 0;
            for (int i = number.getAndIncrement(); i < requests; i = number.getAndIncrement()) {
                int status = gateways.get(i % gateways.size()).chat(body).statusCode();
                assertThat(status).isIn(200, 429);
                answered += status == 200 ? 1 : 0;
            }
            return answered;
        };
        try {
            int answered = 0;
            for (Future<Integer> each : pool.invokeAll(Collections.nCopies(clients, client))) {
                answered += each.get();
            }
            return answered;
        } finally {
            pool.shutdownNow();
        }
    }

    /** Two that counted for themselves would let 40 requests of 100 tokens through at once. */
    @Test
    void tokens_are_common_too() throws Exception {
        provider.behave(call -> {
            served.incrementAndGet();
            call.completion("Hello", 7, 93);
        });
        for (int i = 0; i < 2; i++) {
            start("tokens_per_minute: 2000", "");
        }
        long start = System.nanoTime();
        int answered = storm(8, 200, TestGateway.chat("gpt-4", 93));
        double minutes = (System.nanoTime() - start) / 60e9;

        assertThat(served.get()).isEqualTo(answered);
        assertThat(answered * 100).isBetween(1_500, 2_000 + (int) Math.ceil(2_000 * minutes));
    }

    /** Eight clients never stop asking while the server fails in one way after the other. */
    @Test
    void no_request_is_lost_or_waits_twice_while_the_store_fails_and_comes_back() throws Exception {
        TestGateway one = start("requests_per_minute: 100000000, concurrent_requests: 1000", "");
        TestGateway two = start("requests_per_minute: 100000000, concurrent_requests: 1000", "");
        for (StoreFailure failure : StoreFailure.values()) {
            Clients clients = new Clients(8, "gpt-4", List.of(one.url(), two.url()));
            clients.awaitAnswers(20);
            scene.begin(failure);
            scene.link().forget();
            awaitMetric("0.0");
            assertThat(health(one)).as("%s", failure).startsWith("state.url " + scene.url());
            clients.awaitAnswers(200);
            assertThat(scene.link().reservations())
                    .as("%s: each client asks once at each gateway, at most, and then counts alone", failure)
                    .isLessThanOrEqualTo(16);
            scene.end(failure);
            awaitMetric("1.0");
            clients.awaitAnswers(20);
            clients.stop();

            assertThat(clients.lost()).as("%s", failure).isEmpty();
        }
    }

    private void awaitMetric(String available) {
        await().atMost(30, TimeUnit.SECONDS).until(() -> gateways.stream()
                .allMatch(gateway -> metric(gateway).equals(available)));
    }

    private static String health(TestGateway gateway) {
        HealthCheck check = gateway.camel().getRegistry().lookupByNameAndType("loomHealthCheck", HealthCheck.class);
        assertThat(check.call().getState()).isEqualTo(HealthCheck.State.UP);
        return check.call().getDetails().get("state").toString();
    }

    private static String metric(TestGateway gateway) {
        return gateway.get(gateway.adminUrl() + "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("loom_ai_state_available"))
                .findFirst()
                .orElse("")
                .replaceFirst(".* ", "");
    }

    @Test
    void the_password_is_told_to_nobody_whatever_goes_wrong() {
        server.cli("CONFIG", "SET", "requirepass", SECRET);
        Configurator.setAllLevels("", Level.DEBUG);
        Configurator.setLevel("io.lettuce", Level.TRACE);
        try (CapturedLog log = new CapturedLog()) {
            TestGateway gateway = start("requests_per_minute: 1000", ", password: " + SECRET);
            chat(gateway);
            server.cli("-a", SECRET, "CONFIG", "SET", "requirepass", "another");
            server.cli("-a", "another", "CLIENT", "KILL", "TYPE", "normal");
            await().until(() ->
                    gateway.admin("/ai/fleet").at("/state/problem").asText().contains("refuses the password"));
            chat(gateway);
            for (String path : List.of("/ai/fleet", "/ai/config", "/ai/providers/a/stats", "/health", "/metrics")) {
                assertThat(gateway.get(gateway.adminUrl() + path).body())
                        .as(path)
                        .doesNotContain(SECRET);
            }
            assertThat(log.text()).contains("io.lettuce").doesNotContain(SECRET);
        } finally {
            Configurator.reconfigure();
        }
    }

    @Test
    void who_refuses_answers_503_with_a_time_to_come_back() {
        TestGateway gateway = start("requests_per_minute: 1000", ", on_failure: refuse");
        assertThat(chat(gateway)).isEqualTo(200);
        server.kill();

        HttpResponse<String> refused = gateway.chat(TestGateway.chat("gpt-4", false));
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(refused.body()).contains("state_unavailable");
        assertThat(served.get()).isEqualTo(1);
    }

    /** And the other one knows why. */
    @ParameterizedTest
    @CsvSource({
        "429, requests, rate_limit_exceeded, rate_limit, rate_limited",
        "429, insufficient_quota, insufficient_quota, quota, quota",
        "401, invalid_request_error, invalid_api_key, credential, credential"
    })
    void what_a_provider_refuses_to_one_keeps_the_other_away(
            int status, String type, String code, String skipped, String reason) {
        TestGateway one = start("requests_per_minute: 1000", "");
        TestGateway two = start("requests_per_minute: 1000", "");
        provider.behave(call -> call.error(status, type, code, "Retry-After", "600"));
        assertThat(chat(one)).isGreaterThanOrEqualTo(400);
        int asked = provider.requests().size();

        await().pollInterval(Duration.ofMillis(10))
                .until(() -> !two.stats("a").path("cooldown_until").isNull());
        assertThat(chat(two)).isGreaterThanOrEqualTo(400);
        assertThat(provider.requests()).as("nobody asked again").hasSize(asked);
        JsonNode explained =
                Json.lenient(two.send(Http.post(two.adminUrl() + "/ai/route/explain", TestGateway.chat("gpt-4", false)))
                        .body()
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(explained.at("/providers/0/skipped").asText()).isEqualTo(skipped);
        assertThat(explained.at("/providers/0/checks/cooldown/reason").asText()).isEqualTo(reason);
        assertThat(explained.at("/scope/cooldown").asText()).isEqualTo("fleet");
    }

    @Test
    void a_breaker_that_opens_at_one_stays_closed_at_the_other() {
        String routing = "}\nrouting: {failover: {circuit_breaker: {failure_threshold: 1, timeout: 1h}}";
        TestGateway one = start("requests_per_minute: 1000", routing);
        TestGateway two = start("requests_per_minute: 1000", routing);
        provider.behave(call -> call.error(500, "server_error", "x"));
        assertThat(chat(one)).isGreaterThanOrEqualTo(500);
        assertThat(one.stats("a").at("/circuit_breaker/state").asText()).isEqualTo("open");

        provider.behave(call -> call.completion("Hello"));
        assertThat(chat(two)).isEqualTo(200);
        assertThat(two.stats("a").at("/circuit_breaker/state").asText()).isEqualTo("closed");
        assertThat(one.stats("a").at("/circuit_breaker/state").asText()).isEqualTo("open");
    }

    @Test
    void operators_see_all_instances_and_drain_them_at_once() {
        TestGateway one = start("requests_per_minute: 1000", "");
        TestGateway two = start("requests_per_minute: 1000", "");
        await().until(() -> one.admin("/ai/fleet").path("instances").size() == 2);
        await("both to serve").until(() -> one.admin("/ai/fleet").path("instances").findValues("config").stream()
                .noneMatch(digest -> digest.asText().isEmpty()));
        JsonNode fleet = one.admin("/ai/fleet");
        assertThat(fleet.at("/state/type").asText()).isEqualTo("redis");
        assertThat(fleet.at("/state/available").asBoolean()).isTrue();
        assertThat(fleet.path("instances")).allSatisfy(TwoGatewaysTest::isWhole);
        assertThat(fleet.path("instances"))
                .anyMatch(instance -> instance.path("name").equals(fleet.path("self")));

        JsonNode drained = one.operate("a", "drain?scope=fleet");
        assertThat(drained.path("drained_by_fleet").asBoolean()).isTrue();
        await().until(() -> chat(two) == 503);
        assertThat(two.operate("a", "resume").path("drained").asBoolean())
                .as("this instance alone cannot end what holds for all")
                .isTrue();
        two.operate("a", "resume?scope=fleet");
        await().until(() -> chat(one) == 200 && chat(two) == 200);
    }

    private static void isWhole(JsonNode instance) {
        assertThat(instance.path("name").asText()).isNotBlank();
        assertThat(instance.path("version").asText()).isNotBlank();
        assertThat(instance.path("config").asText()).hasSize(12);
        assertThat(Instant.parse(instance.path("since").asText()))
                .isBeforeOrEqualTo(Instant.parse(instance.path("last_heartbeat").asText()));
    }

    @Test
    void instances_with_other_configurations_have_other_digests_and_their_hearts_go_on_beating() {
        TestGateway one = start("requests_per_minute: 1000", "");
        start("requests_per_minute: 999", "");
        await().until(() -> Set.copyOf(one.admin("/ai/fleet").path("instances").findValuesAsText("config")).stream()
                        .filter(digest -> !digest.isEmpty())
                        .count()
                == 2);
        List<String> beats = one.admin("/ai/fleet").path("instances").findValuesAsText("last_heartbeat");

        await().until(() -> one.admin("/ai/fleet").path("instances").findValuesAsText("last_heartbeat").stream()
                .noneMatch(beats::contains));
    }

    @Test
    void each_view_says_whether_its_figures_are_of_this_instance_or_of_all() {
        TestGateway gateway = start("requests_per_minute: 1000", "");
        String provider = "/ai/providers/a";
        assertThat(gateway.admin(provider + "/stats").path("scope")).isEqualTo(scope("limits", "cooldown_until"));
        for (String path : List.of("/ai/providers", provider, provider + "/health", "/ai/requests", "/ai/history")) {
            assertThat(gateway.admin(path).path("scope")).as(path).isEqualTo(scope());
        }
        assertThat(gateway.operate("a", "drain").path("scope")).isEqualTo(scope("drained_by_fleet"));
    }

    private static JsonNode scope(String... common) {
        ObjectNode scope = Json.object();
        for (String key : common) {
            scope.put(key, "fleet");
        }
        return scope.put("all_others", "instance");
    }

    @Test
    void a_drain_of_the_fleet_is_refused_where_it_would_reach_nobody() {
        TestGateway gateway = start("requests_per_minute: 1000", "");
        server.kill();
        HttpResponse<String> refused = drain(gateway, "fleet");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("nothing has changed");
        assertThat(drain(gateway, "planet").statusCode()).isEqualTo(400);

        try (TestGateway alone = TestGateway.start(TestGateway.providers("", provider))) {
            HttpResponse<String> senseless = drain(alone, "fleet");
            assertThat(senseless.statusCode()).isEqualTo(400);
            assertThat(senseless.body()).contains("state.type is memory");
            assertThat(alone.admin("/ai/fleet").at("/state/type").asText()).isEqualTo("memory");
            assertThat(alone.admin("/ai/fleet").path("instances")).hasSize(1);
        }
    }

    private static HttpResponse<String> drain(TestGateway gateway, String scope) {
        return gateway.send(
                HttpRequest.newBuilder(URI.create(gateway.adminUrl() + "/ai/providers/a/drain?scope=" + scope))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.noBody()));
    }
}
