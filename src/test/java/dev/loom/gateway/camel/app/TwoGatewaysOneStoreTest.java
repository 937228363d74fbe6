package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.Postgres;
import dev.loom.gateway.testing.RedisServer;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways that write what accounts use to one PostgreSQL, or to one Redis. */
class TwoGatewaysOneStoreTest {

    private static final int CLIENTS = 8;
    private static final int REQUESTS = 100;

    @TempDir
    Path directory;

    private final Random random = new Random(16);
    private final AtomicLong input = new AtomicLong();
    private final AtomicLong output = new AtomicLong();
    private final AtomicLong counted = new AtomicLong();

    /** Answers with random figures, or fails, and remembers what it has counted. */
    private void answer(FakeProvider.Call call) throws IOException {
        int prompt;
        int text;
        boolean fails;
        synchronized (random) {
            prompt = 1 + random.nextInt(1000);
            text = 1 + random.nextInt(1000);
            fails = random.nextInt(4) == 0;
        }
        if (fails) {
            call.error(500, "server_error", "x");
            return;
        }
        input.addAndGet(prompt);
        output.addAndGet(text);
        counted.incrementAndGet();
        String usage = "\"usage\":{\"prompt_tokens\":" + prompt + ",\"completion_tokens\":" + text + "}";
        if (call.request().body().contains("\"stream\":true")) {
            call.startStream();
            call.content("fine");
            call.chunk("{}", "stop");
            call.event("{\"choices\":[]," + usage + "}");
            call.done();
        } else {
            call.json(
                    200,
                    "{\"choices\":[{\"message\":{\"content\":\"fine\"},\"finish_reason\":\"stop\"}]," + usage + "}");
        }
    }

    private TestGateway start(String storage, String name, FakeProvider... providers) {
        return TestGateway.start(TestGateway.providers("", providers)
                + "routing: {failover: {circuit_breaker: {enabled: false}}}\n"
                + "token_accounting: {enabled: true, key: 'header:X-Org', trust: anonymous,"
                + " file: {path: '" + directory.resolve(name) + "'}, " + storage + "}\n");
    }

    private static void ask(TestGateway gateway, int client) {
        for (int i = 0; i < REQUESTS; i++) {
            gateway.chat(TestGateway.chat("gpt-4", i % 2 == 0), "X-Org", "team-" + client % 3);
        }
    }

    @Test
    void their_sums_in_postgresql_are_what_the_providers_counted_to_the_token() throws Exception {
        try (Postgres postgres = Postgres.start()) {
            theirSumsAreEqual(
                    "storage: postgres, postgres: {connection_string: '" + postgres.url() + "', table: usage_of_two}");
        }
    }

    @Test
    void their_sums_in_redis_are_what_the_providers_counted_to_the_token() throws Exception {
        try (RedisServer redis = RedisServer.start()) {
            theirSumsAreEqual("storage: redis, redis: {address: '127.0.0.1:" + redis.port() + "'}");
        }
    }

    private void theirSumsAreEqual(String storage) {
        try (FakeProvider a = new FakeProvider(this::answer);
                FakeProvider b = new FakeProvider(this::answer);
                TestGateway first = start(storage, "first", a, b);
                TestGateway second = start(storage, "second", a, b)) {
            List<CompletableFuture<Void>> clients = IntStream.range(0, CLIENTS)
                    .mapToObj(client -> CompletableFuture.runAsync(
                            () -> ask(client % 2 == 0 ? first : second, client), task -> new Thread(task).start()))
                    .toList();
            clients.forEach(CompletableFuture::join);

            assertThat(counted.get()).isPositive();
            for (TestGateway gateway : List.of(first, second)) {
                Awaitility.await()
                        .until(() -> usage(gateway, "").path("input_tokens").asLong() == input.get()
                                && usage(gateway, "").path("output_tokens").asLong() == output.get());
                long ofTeams = IntStream.range(0, 3)
                        .mapToLong(team -> usage(gateway, "?key=team-" + team)
                                .path("total_tokens")
                                .asLong())
                        .sum();
                assertThat(ofTeams).isEqualTo(input.get() + output.get());
            }
        }
    }

    private static JsonNode usage(TestGateway gateway, String query) {
        return gateway.admin("/ai/usage" + query).path("usage");
    }
}
