package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RedisServer;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whole gateways behind one address, as clients, operators and a provider see them. */
class TwoGatewaysTest {

    private final RedisServer server = RedisServer.start();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger mostInside = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();
    private final FakeProvider provider = new FakeProvider(call -> {
        mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
        served.incrementAndGet();
        call.completion("Hello");
        inside.decrementAndGet();
    });
    private final List<TestGateway> gateways = new ArrayList<>();

    @AfterEach
    void close() {
        server.thaw();
        gateways.forEach(TestGateway::close);
        provider.close();
        server.close();
    }

    private TestGateway start(String limits, String state) {
        TestGateway gateway = TestGateway.start(TestGateway.providers("rate_limit: {" + limits + "}", provider)
                + "state: {type: redis, url: '" + server.url() + "', timeout: 2s" + state + "}\n");
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
    void ten_thousand_requests_never_get_one_over_the_limits_to_the_provider() throws Exception {
        for (int i = 0; i < 2; i++) {
            start("requests_per_minute: 600, concurrent_requests: 20", "");
        }
        long start = System.nanoTime();
        int answered = storm(32, 10_000);
        double minutes = (System.nanoTime() - start) / 60e9;

        assertThat(served.get()).isEqualTo(answered);
        assertThat(answered).isBetween(600, 600 + (int) Math.ceil(600 * minutes));
        assertThat(mostInside.get()).isLessThanOrEqualTo(20);
        await().untilAsserted(() -> assertThat(server.cli("ZCARD", "loom:{limits:provider:a}:permits"))
                .isEqualTo("0"));
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

    @Test
    void requests_go_on_while_the_store_is_killed_and_comes_back() throws Exception {
        TestGateway one = start("requests_per_minute: 1000000", "");
        start("requests_per_minute: 1000000", "");
        assertThat(storm(4, 40)).isEqualTo(40);
        server.kill();
        assertThat(storm(4, 40)).as("nothing is lost").isEqualTo(40);
        await().until(() -> metric(one).equals("0.0"));
        HealthCheck check = one.camel().getRegistry().lookupByNameAndType("loomHealthCheck", HealthCheck.class);
        assertThat(check.call().getState()).isEqualTo(HealthCheck.State.UP);
        assertThat(check.call().getDetails().get("state").toString()).startsWith("state.url " + server.url());
        server.restart();

        await().atMost(20, TimeUnit.SECONDS).until(() -> metric(one).equals("1.0"));
        assertThat(storm(4, 40)).isEqualTo(40);
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
