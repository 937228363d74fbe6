package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.CapturedLog;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RedisServer;
import dev.loom.gateway.testing.StoreFailure;
import dev.loom.gateway.testing.TestGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
    private int storm(int clients, int requests) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(clients);
        AtomicInteger number = new AtomicInteger();
        Callable<Integer> client = () -> {
            int answered = 0;
            for (int i = number.getAndIncrement(); i < requests; i = number.getAndIncrement()) {
                int status = chat(gateways.get(i % gateways.size()));
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

    @Test
    void tokens_are_common_too() throws Exception {
        for (int i = 0; i < 2; i++) {
            start("tokens_per_minute: 2000", "");
        }
        int first = storm(8, 200);

        // Each answer of the fake provider costs what its usage says; the estimate is 500 tokens and the prompt.
        assertThat(served.get()).isEqualTo(first);
        long tokens = gateways.stream()
                .mapToLong(gateway -> gateway.stats("a")
                                .path("tokens")
                                .path("input")
                                .asLong()
                        + gateway.stats("a").path("tokens").path("output").asLong())
                .sum();
        assertThat(tokens).isPositive().isLessThanOrEqualTo(2_600);
    }

    /** Eight clients never stop asking while the server fails in one way after the other. */
    @Test
    void no_request_is_lost_or_waits_twice_while_the_store_fails_and_comes_back() throws Exception {
        TestGateway one = start("requests_per_minute: 100000000, concurrent_requests: 1000", "");
        TestGateway two = start("requests_per_minute: 100000000, concurrent_requests: 1000", "");
        for (StoreFailure failure : StoreFailure.values()) {
            Clients clients = new Clients(8, List.of(one, two));
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

    @Test
    void a_429_at_one_keeps_the_other_away() {
        TestGateway one = start("requests_per_minute: 1000", "");
        TestGateway two = start("requests_per_minute: 1000", "");
        provider.behave(call -> call.error(429, "requests", "rate_limit_exceeded", "Retry-After", "600"));
        assertThat(chat(one)).isEqualTo(429);
        int asked = provider.requests().size();

        await().pollInterval(Duration.ofMillis(10))
                .until(() -> !two.stats("a").path("cooldown_until").isNull());
        assertThat(chat(two)).isEqualTo(429);
        assertThat(provider.requests()).as("nobody asked again").hasSize(asked);
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
        assertThat(fleet.at("/instances/0/config").asText()).hasSize(12);
        assertThat(fleet.path("instances"))
                .anyMatch(instance -> instance.path("name").equals(fleet.path("self")));
        assertThat(one.stats("a").at("/scope/limits").asText()).isEqualTo("fleet");

        JsonNode drained = one.operate("a", "drain?scope=fleet");
        assertThat(drained.path("drained_by_fleet").asBoolean()).isTrue();
        await().until(() -> chat(two) == 503);
        assertThat(two.operate("a", "resume").path("drained").asBoolean())
                .as("this instance alone cannot end what holds for all")
                .isTrue();
        two.operate("a", "resume?scope=fleet");
        await().until(() -> chat(one) == 200 && chat(two) == 200);
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
