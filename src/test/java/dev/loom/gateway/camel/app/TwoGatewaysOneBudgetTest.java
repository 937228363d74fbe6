package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.RedisServer;
import dev.loom.gateway.testing.TestGateway;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Accounts whose limits two gateways count together. */
class TwoGatewaysOneBudgetTest {

    private static final int CLIENTS = 32;

    /** Each answer costs 0.012 dollars: twelve tokens at a dollar for a thousand. */
    private static final long NANO = 12_000_000;

    private final RedisServer server = RedisServer.start();
    private final FakeProvider provider = FakeProvider.saying("fine");
    private final FakeProvider receiver = new FakeProvider(call -> call.json(204, ""));
    private final List<TestGateway> gateways = new ArrayList<>();

    @AfterEach
    void close() {
        server.thaw();
        gateways.forEach(TestGateway::close);
        provider.close();
        receiver.close();
        server.close();
    }

    private TestGateway start(String limits, String state) {
        TestGateway gateway =
                TestGateway.start(TestGateway.providers("cost: {input_per_1k: 1, output_per_1k: 1}", provider)
                        + "state: {type: redis, url: '" + server.url() + "', timeout: 5s" + state + "}\n"
                        + "token_accounting: {enabled: true, key: 'header:X-Org', trust: anonymous, " + limits
                        + ", webhooks: [{url: '" + receiver.url() + "', allow_private: true}]}\n");
        gateways.add(gateway);
        return gateway;
    }

    /** Each client asks until it is refused; how many were answered. */
    private int spend() {
        AtomicInteger answered = new AtomicInteger();
        List<CompletableFuture<Void>> clients = IntStream.range(0, CLIENTS)
                .mapToObj(client -> CompletableFuture.runAsync(
                        () -> {
                            while (chat(gateways.get(client % gateways.size())) == 200) {
                                answered.incrementAndGet();
                            }
                        },
                        task -> new Thread(task).start()))
                .toList();
        clients.forEach(CompletableFuture::join);
        return answered.get();
    }

    private static int chat(TestGateway gateway) {
        String request = TestGateway.chat("gpt-4", false).replace("{\"model\"", "{\"max_tokens\":7,\"model\"");
        return gateway.chat(request, "X-Org", "acme").statusCode();
    }

    private static long cost(TestGateway gateway) {
        JsonNode left = gateway.admin("/ai/usage?key=acme").at("/limits/cost_remaining");
        return Math.round((1 - left.asDouble()) * 1e9);
    }

    @Test
    void thirty_two_clients_over_two_gateways_do_not_overspend_a_dollar_and_one_webhook_tells_of_it() {
        for (int i = 0; i < 2; i++) {
            start("cost_limits: [{window: 1h, max_cost: 1}]", "");
        }
        int answered = spend();

        assertThat(provider.requests()).hasSize(answered);
        assertThat(answered * NANO).isBetween(1_000_000_000L - 2 * NANO, 1_000_000_000L);
        gateways.forEach(gateway -> await().until(() -> {
            chat(gateway);
            return cost(gateway) == answered * NANO;
        }));
        await().until(() -> receiver.requests().size() >= 2);
        assertThat(receiver.requests())
                .extracting(request -> Json.lenient(request.body().getBytes(StandardCharsets.UTF_8))
                        .path("event")
                        .asText())
                .containsExactlyInAnyOrder("limit_warning", "limit_reached");
    }

    /** Each has a store of its own; with one for all, usage would be that of all. */
    @Test
    void usage_is_each_ones_and_limits_are_those_of_all() {
        TestGateway gateway = start("cost_limits: [{window: 1h, max_cost: 1}]", "");
        chat(gateway);
        for (String path : List.of("/ai/usage?key=acme", "/ai/usage/top")) {
            assertThat(gateway.admin(path).path("scope").toString())
                    .as(path)
                    .isEqualTo("{\"limits\":\"fleet\",\"all_others\":\"instance\"}");
        }
        assertThat(gateway.admin("/ai/usage/series").path("scope").toString())
                .isEqualTo("{\"all_others\":\"instance\"}");
    }

    @Test
    void while_the_store_is_away_each_has_its_share_and_afterwards_all_is_counted() {
        for (int i = 0; i < 2; i++) {
            start("cost_limits: [{window: 1h, max_cost: 1}]", "");
        }
        await("each to know of the other").until(() -> gateways.stream()
                .allMatch(
                        gateway -> gateway.admin("/ai/fleet").path("instances").size() == 2));
        for (int i = 0; i < 20; i++) {
            assertThat(chat(gateways.get(i % 2))).isEqualTo(200);
        }
        server.kill();
        int alone = spend();
        assertThat((20 + alone) * NANO).isBetween(1_000_000_000L - 6 * NANO, 1_000_000_000L);
        server.restart(); // and has forgotten everything

        await("each to count with the other again").until(() -> gateways.stream()
                .allMatch(gateway ->
                        gateway.admin("/ai/fleet").at("/state/available").asBoolean()));
        int more = spend();
        assertThat((20 + alone + more) * NANO)
                .as(
                        "%d before, %d alone, %d afterwards: each gateway may not have heard of the other's last one",
                        20, alone, more)
                .isBetween(1_000_000_000L - 2 * NANO, 1_000_000_000L + 2 * NANO);
    }

    @Test
    void who_refuses_answers_503_while_nobody_knows() {
        TestGateway gateway = start("limits: [{window: 1h, max_tokens: 1000}]", ", on_failure: refuse");
        assertThat(chat(gateway)).isEqualTo(200);
        server.kill();

        var refused = gateway.chat(TestGateway.chat("gpt-4", false), "X-Org", "acme");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(refused.body()).contains("state_unavailable");
    }

    @Test
    void nobody_says_that_usage_is_deleted_while_the_others_still_count_it() {
        TestGateway gateway = start("limits: [{window: 1h, max_tokens: 1000}]", "");
        assertThat(chat(gateway)).isEqualTo(200);
        await("what it used").until(() -> usedTokens(gateway) > 0);
        server.kill();
        await("the absence")
                .until(() -> !gateway.admin("/ai/fleet").at("/state/available").asBoolean());

        var failed = forget(gateway);
        assertThat(failed.statusCode()).isEqualTo(503);
        assertThat(failed.body()).contains("state_unavailable", "as before");
        assertThat(usedTokens(gateway)).isPositive();
        assertThat(gateway.admin("/ai/usage?key=acme").path("scope").toString())
                .as("whose limits these are now")
                .isEqualTo("{\"all_others\":\"instance\"}");
        server.restart();
        await().until(() -> forget(gateway).statusCode() == 200);
    }

    private static long usedTokens(TestGateway gateway) {
        return gateway.admin("/ai/usage?key=acme").at("/usage/total_tokens").asLong();
    }

    private static HttpResponse<String> forget(TestGateway gateway) {
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.adminUrl() + "/ai/usage?key=acme"))
                .header("Content-Type", "application/json")
                .DELETE());
    }
}
