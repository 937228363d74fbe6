package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loom.gateway.provider.Json;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.Http;
import dev.loom.gateway.testing.Postgres;
import dev.loom.gateway.testing.RedisServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes on one PostgreSQL and one Redis, and everything that may become of a request. */
class TwoProcessesIT {

    private static final int CLIENTS = 10;
    private static final int REQUESTS = Integer.getInteger("loom.accounts.requests", 5_000) / CLIENTS;

    @TempDir
    Path directory;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger asked = new AtomicInteger();

    /** Answers as chance will have it, and remembers what it has said that it used. */
    private static final class Counting {
        private final AtomicLong input = new AtomicLong();
        private final AtomicLong output = new AtomicLong();
        private final Random random;
        final FakeProvider provider = new FakeProvider(this::answer);

        Counting(long seed) {
            random = new Random(seed);
        }

        private synchronized int[] chance() {
            return new int[] {random.nextInt(6), 1 + random.nextInt(1_000), 1 + random.nextInt(1_000)};
        }

        private String usage(int[] chance) {
            input.addAndGet(chance[1]);
            output.addAndGet(chance[2]);
            return "\"usage\":{\"prompt_tokens\":" + chance[1] + ",\"completion_tokens\":" + chance[2] + "}";
        }

        private void answer(FakeProvider.Call call) throws IOException {
            int[] chance = chance();
            if (call.request().body().contains("\"stream\":true")) {
                stream(call, chance);
            } else if (chance[0] < 2) {
                call.error(chance[0] == 0 ? 500 : 503, "server_error", "x");
            } else {
                String choice = "{\"message\":{\"content\":\"fine\"},\"finish_reason\":\"stop\"}";
                call.json(200, "{\"choices\":[" + choice + "]," + usage(chance) + "}");
            }
        }

        /** The usage is said with the first word, so that whoever has got the word has got the usage. */
        private void stream(FakeProvider.Call call, int[] chance) throws IOException {
            if (chance[0] == 0) {
                call.error(500, "server_error", "x");
                return;
            }
            call.startStream();
            if (chance[0] == 1) { // tokens are used, and nothing is said
                call.event("{\"choices\":[]," + usage(chance) + "}");
                call.event("{\"error\":{\"message\":\"x\",\"type\":\"server_error\"}}");
                call.endStream();
                return;
            }
            call.event("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"fine\"}}]," + usage(chance) + "}");
            if (call.request().body().contains("hang up")) {
                call.awaitClosed();
            } else if (chance[0] == 2) { // breaks
                call.close();
            } else {
                call.chunk("{}", "stop");
                call.done();
            }
        }
    }

    private GatewayProcess launch(String name, Postgres postgres, RedisServer redis, Counting a, Counting b) {
        GatewayProcess.write(
                directory.resolve(name).resolve("ai-gateway.yaml"),
                """
                ai_gateway:
                  providers:
                    - {name: a, type: openai, api_key: k, base_url: '%s', models: [gpt-4]}
                    - {name: b, type: openai, api_key: k, base_url: '%s', models: [gpt-4]}
                  routing: {strategy: round_robin, failover: {circuit_breaker: {enabled: false}}}
                  state: {type: redis, url: '%s', timeout: 5s}
                  token_accounting:
                    enabled: true
                    key: header:X-Org
                    trust: anonymous
                    storage: postgres
                    postgres: {connection_string: '%s'}
                    limits: [{window: 24h, max_tokens: 1000000000}]
                """
                        .formatted(a.provider.url(), b.provider.url(), redis.url(), postgres.url()));
        return GatewayProcess.launch(directory.resolve(name));
    }

    private void ask(GatewayProcess gateway, int number) {
        Random random = new Random(number);
        for (int i = 0; i < REQUESTS; i++) {
            int kind = random.nextInt(4);
            String text = kind == 0 ? "hang up" : "hello";
            HttpRequest request = Http.post(gateway.url() + "/v1/chat/completions", StreamClient.body(text, kind < 2))
                    .header("X-Org", "team-" + random.nextInt(5))
                    .build();
            asked.incrementAndGet();
            try (InputStream body = client.send(request, HttpResponse.BodyHandlers.ofInputStream())
                    .body()) {
                read(body, kind == 0);
            } catch (IOException e) {
                // The provider broke it.
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** @param leaves with the first word */
    private static void read(InputStream body, boolean leaves) throws IOException {
        StringBuilder got = new StringBuilder();
        byte[] bytes = new byte[4096];
        for (int n = body.read(bytes); n > 0; n = body.read(bytes)) {
            got.append(new String(bytes, 0, n, StandardCharsets.UTF_8));
            if (leaves && got.indexOf("fine") >= 0) {
                return;
            }
        }
    }

    private static JsonNode usage(GatewayProcess gateway, String key) {
        String body = GatewayProcess.get(gateway.adminUrl() + "/ai/usage" + key).body();
        return Json.lenient(body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void the_sums_of_all_accounts_are_what_the_providers_counted_to_the_token() throws Exception {
        Counting a = new Counting(1);
        Counting b = new Counting(2);
        Files.createDirectories(directory);
        try (Postgres postgres = Postgres.start();
                RedisServer redis = RedisServer.start();
                GatewayProcess first = launch("first", postgres, redis, a, b);
                GatewayProcess second = launch("second", postgres, redis, a, b)) {
            List<GatewayProcess> both = List.of(first.awaitReady(), second.awaitReady());
            List<CompletableFuture<Void>> clients = IntStream.range(0, CLIENTS)
                    .mapToObj(number -> CompletableFuture.runAsync(
                            () -> ask(both.get(number % 2), number), task -> new Thread(task).start()))
                    .toList();
            clients.forEach(CompletableFuture::join);

            for (GatewayProcess gateway : both) {
                await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> isWhatWasCounted(usage(gateway, ""), a, b));
                long ofTeams = IntStream.range(0, 5)
                        .mapToLong(team -> usage(gateway, "?key=team-" + team)
                                .at("/usage/total_tokens")
                                .asLong())
                        .sum();
                assertThat(ofTeams).isEqualTo(a.input.get() + a.output.get() + b.input.get() + b.output.get());
            }
            assertThat(inWindows(redis)).isEqualTo(a.input.get() + a.output.get() + b.input.get() + b.output.get());
        } finally {
            a.provider.close();
            b.provider.close();
        }
    }

    private void isWhatWasCounted(JsonNode usage, Counting a, Counting b) {
        assertThat(usage.at("/usage/requests").asInt()).isEqualTo(asked.get());
        assertThat(usage.at("/by_provider/a/input_tokens").asLong()).isEqualTo(a.input.get());
        assertThat(usage.at("/by_provider/a/output_tokens").asLong()).isEqualTo(a.output.get());
        assertThat(usage.at("/by_provider/b/input_tokens").asLong()).isEqualTo(b.input.get());
        assertThat(usage.at("/by_provider/b/output_tokens").asLong()).isEqualTo(b.output.get());
    }

    /** What counts against the limits, where both processes count it. */
    private static long inWindows(RedisServer redis) {
        return IntStream.range(0, 5)
                .mapToLong(
                        team -> Long.parseLong(redis.cli("HGET", "loom:{account:team-" + team + "}", "t:per_day|sum")))
                .sum();
    }
}
