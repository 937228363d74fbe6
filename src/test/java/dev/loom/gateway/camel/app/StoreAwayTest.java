package dev.loom.gateway.camel.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.Postgres;
import dev.loom.gateway.testing.RedisServer;
import dev.loom.gateway.testing.TestGateway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The store of usage is away while clients go on: every request is answered meanwhile, and afterwards everything is counted, once.
 * {@code -Dloom.away.seconds=20} makes an absence longer.
 */
class StoreAwayTest {

    private static final Duration ABSENCE = Duration.ofSeconds(Integer.getInteger("loom.away.seconds", 1));
    private static final int CLIENTS = 4;

    /** Of one client in one absence, at least. */
    private static final int REQUESTS = 25;

    @TempDir
    Path directory;

    private final AtomicInteger answered = new AtomicInteger();

    private TestGateway start(FakeProvider provider, String storage) {
        return TestGateway.start(TestGateway.providers("", provider)
                + "token_accounting: {enabled: true, file: {path: '" + directory.resolve("usage") + "'}, " + storage
                + "}\n");
    }

    private void load(TestGateway gateway) {
        long begin = System.nanoTime();
        List<CompletableFuture<Void>> clients = IntStream.range(0, CLIENTS)
                .mapToObj(client -> CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; i < REQUESTS || System.nanoTime() - begin < ABSENCE.toNanos(); i++) {
                                assertThat(gateway.chat(TestGateway.chat("gpt-4", i % 2 == 0))
                                                .statusCode())
                                        .isEqualTo(200);
                                answered.incrementAndGet();
                            }
                        },
                        task -> new Thread(task).start()))
                .toList();
        clients.forEach(CompletableFuture::join);
    }

    private void everythingIsCounted(TestGateway gateway) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            JsonNode usage = gateway.admin("/ai/usage").path("usage");
            assertThat(usage.path("requests").asInt()).isEqualTo(answered.get());
            assertThat(usage.path("input_tokens").asInt())
                    .isEqualTo(gateway.stats("a").at("/tokens/input").asInt());
            assertThat(usage.path("output_tokens").asInt())
                    .isEqualTo(gateway.stats("a").at("/tokens/output").asInt());
        });
        await("the file to be empty")
                .atMost(Duration.ofSeconds(60))
                .until(() -> !Files.exists(directory.resolve("usage.spool"))
                        && !Files.exists(directory.resolve("usage.spool.leaving")));
        assertThat(gateway.admin("/ai/usage").at("/usage/requests").asInt()).isEqualTo(answered.get());
    }

    @Test
    void a_postgresql_that_hangs_and_one_that_is_stopped() throws Exception {
        try (Postgres postgres = Postgres.start();
                FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway =
                        start(provider, "storage: postgres, postgres: {connection_string: '" + postgres.url() + "'}")) {
            load(gateway);
            postgres.freeze();
            load(gateway);
            postgres.thaw();
            load(gateway);
            everythingIsCounted(gateway);
            postgres.down();
            load(gateway);
            assertThat(directory.resolve("usage.spool")).exists();
            postgres.up();
            load(gateway);
            everythingIsCounted(gateway);
        }
    }

    /** Also before anybody has used anything since. */
    @Test
    void its_absence_is_in_the_metrics_and_in_the_health() {
        try (RedisServer redis = RedisServer.start();
                FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway =
                        start(provider, "storage: redis, redis: {address: '127.0.0.1:" + redis.port() + "'}")) {
            gateway.chat(TestGateway.chat("gpt-4", false));
            available(gateway, true);
            redis.kill();
            assertThat(gateway.get(gateway.adminUrl() + "/ai/usage").statusCode())
                    .isEqualTo(503);
            available(gateway, false);
            redis.restart();
            gateway.chat(TestGateway.chat("gpt-4", false));
            await().until(() -> gateway.get(gateway.adminUrl() + "/ai/usage").statusCode() == 200);
            available(gateway, true);
        }
    }

    private static void available(TestGateway gateway, boolean there) {
        await().until(() -> gateway.get(gateway.adminUrl() + "/metrics")
                .body()
                .contains("loom_ai_usage_store_available " + (there ? "1.0" : "0.0")));
        JsonNode health = gateway.admin("/health?exposureLevel=full&data=true");
        assertThat(health.findValuesAsText("usage_store")).hasSize(1);
        assertThat(health.findValuesAsText("usage_store").get(0).equals("available"))
                .as(health.toString())
                .isEqualTo(there);
    }

    @Test
    void a_redis_that_hangs() {
        try (RedisServer redis = RedisServer.start();
                FakeProvider provider = FakeProvider.saying("fine");
                TestGateway gateway =
                        start(provider, "storage: redis, redis: {address: '127.0.0.1:" + redis.port() + "'}")) {
            load(gateway);
            redis.freeze();
            load(gateway);
            redis.thaw();
            load(gateway);
            everythingIsCounted(gateway);
        }
    }
}
