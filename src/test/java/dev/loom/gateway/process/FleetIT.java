package dev.loom.gateway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loom.gateway.testing.Clients;
import dev.loom.gateway.testing.FakeProvider;
import dev.loom.gateway.testing.FakeProvider.Call;
import dev.loom.gateway.testing.FreePorts;
import dev.loom.gateway.testing.Http;
import dev.loom.gateway.testing.RedisServer;
import dev.loom.gateway.testing.StoreFailure;
import dev.loom.gateway.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four processes that count together, while the store fails and one of them is killed; and one that does not start alone. */
class FleetIT {

    private static final int AT_ONCE = 20;
    private static final int REQUESTS_PER_MINUTE = 600;
    private static final int TOKENS_PER_MINUTE = 12_000;

    /** What each request may cost, and costs: by the usage that the fake provider tells. */
    private static final int TOKENS = 100;

    private static final int ANSWER = 93;

    /** The simulator's answers end after minutes. */
    private static final String CONFIGURATION =
            """
            ai_gateway:
              providers:
                - {name: held, type: simulator, models: [gpt-4], rate_limit: {concurrent_requests: 15},
                   simulator: {latency: 10ms, tokens_per_second: 1}}
                - {name: counted, type: openai, base_url: '%1$s', api_key: k, models: [gpt-4o],
                   rate_limit: {requests_per_minute: 600, tokens_per_minute: 120000, concurrent_requests: 20}}
                - {name: metered, type: openai, base_url: '%1$s', api_key: k, models: [gpt-4o-mini],
                   rate_limit: {requests_per_minute: 600, tokens_per_minute: 12000, concurrent_requests: 20}}
                - {name: plenty, type: openai, base_url: '%1$s', api_key: k, models: [gpt-5],
                   rate_limit: {requests_per_minute: 100000000, concurrent_requests: 1000}}
              state: {type: redis, url: '%2$s', timeout: 2s}
            """;

    @TempDir
    Path directory;

    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger mostInside = new AtomicInteger();
    private final CountDownLatch full = new CountDownLatch(AT_ONCE);

    /** The first requests are held until there are as many as may be; what is beyond would be seen. */
    private void serve(Call call) throws IOException, InterruptedException {
        served.incrementAndGet();
        mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
        full.countDown();
        full.await(60, TimeUnit.SECONDS);
        inside.decrementAndGet();
        call.completion("Hello", TOKENS - ANSWER, ANSWER);
    }

    @Test
    void four_processes_keep_one_set_of_limits_lose_nothing_with_the_store_and_what_a_killed_one_held_comes_back()
            throws Exception {
        try (StoreFailure.Scene scene = new StoreFailure.Scene();
                FakeProvider provider = new FakeProvider(this::serve);
                GatewayProcess first = launch("first", provider, scene);
                GatewayProcess second = launch("second", provider, scene);
                GatewayProcess third = launch("third", provider, scene);
                GatewayProcess fourth = launch("fourth", provider, scene);
                StreamClient client = new StreamClient(first.awaitReady().port(), 20);
                StreamClient other = new StreamClient(second.awaitReady().port(), 5)) {
            List<GatewayProcess> all = List.of(first, second, third.awaitReady(), fourth.awaitReady());
            RedisServer server = scene.server();
            storm(all);
            await().untilAsserted(() -> assertThat(permits(server, "counted")).isEqualTo("0"));
            stormOfTokens(all);
            nothingIsLost(scene, all);
            await().untilAsserted(() -> assertThat(permits(server, "plenty")).isEqualTo("0"));

            client.awaitOpen(15, Duration.ofSeconds(120));
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(permits(server, "held")).isEqualTo("15"));
            assertThat(other.stream(1).get(0).join().status())
                    .as("no permit is left")
                    .isEqualTo(429);
            first.kill();
            assertThat(secondsToLastPermit(server, "held")).isBetween(0.0, 30.0);
            await("its permits to be free").atMost(Duration.ofSeconds(40)).until(() -> permits(server, "held")
                    .equals("0"));
            other.awaitOpen(1, Duration.ofSeconds(120));
        }
    }

    /** 10,000 requests of 32 clients, in turn to each instance. */
    private void storm(List<GatewayProcess> gateways) throws Exception {
        long start = System.nanoTime();
        int answered = answered(gateways, "gpt-4o", 32, 10_000);
        double minutes = (System.nanoTime() - start) / 60e9;

        assertThat(served.get()).isEqualTo(answered);
        assertThat(answered).isBetween(REQUESTS_PER_MINUTE, most(REQUESTS_PER_MINUTE, minutes));
        assertThat(mostInside.get()).isEqualTo(AT_ONCE);
    }

    /** Of a provider whose tokens are used up long before its requests. */
    private void stormOfTokens(List<GatewayProcess> gateways) throws Exception {
        served.set(0);
        long start = System.nanoTime();
        int answered = answered(gateways, "gpt-4o-mini", 32, 2_000);
        double minutes = (System.nanoTime() - start) / 60e9;

        assertThat(served.get()).isEqualTo(answered);
        assertThat(answered * TOKENS).isBetween(TOKENS_PER_MINUTE * 9 / 10, most(TOKENS_PER_MINUTE, minutes));
    }

    /** Eight clients go on asking while the server fails in one way after the other. */
    private static void nothingIsLost(StoreFailure.Scene scene, List<GatewayProcess> gateways) throws Exception {
        for (StoreFailure failure : StoreFailure.values()) {
            Clients clients = new Clients(
                    8, "gpt-5", gateways.stream().map(GatewayProcess::url).toList());
            clients.awaitAnswers(20);
            scene.begin(failure);
            awaitAvailable(gateways, "0.0");
            clients.awaitAnswers(100);
            scene.end(failure);
            awaitAvailable(gateways, "1.0");
            clients.awaitAnswers(20);
            clients.stop();
            assertThat(clients.lost()).as("%s", failure).isEmpty();
        }
    }

    private static void awaitAvailable(List<GatewayProcess> gateways, String available) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> gateways.stream().allMatch(gateway -> Http.get(gateway.adminUrl() + "/metrics")
                        .body()
                        .contains("loom_ai_state_available " + available)));
    }

    /** Of a bucket that is full at the start. */
    private static int most(int perMinute, double minutes) {
        return perMinute + (int) Math.ceil(perMinute * minutes);
    }

    private static int answered(List<GatewayProcess> gateways, String model, int clients, int requests)
            throws Exception {
        AtomicInteger number = new AtomicInteger();
        String body = TestGateway.chat(model, ANSWER);
        Callable<Integer> client = () -> {
            int answered = 0;
            for (int i = number.getAndIncrement(); i < requests; i = number.getAndIncrement()) {
                String url = gateways.get(i % gateways.size()).url() + "/v1/chat/completions";
                int status = Http.send(Http.post(url, body)).statusCode();
                assertThat(status).isIn(200, 429);
                answered += status == 200 ? 1 : 0;
            }
            return answered;
        };
        ExecutorService pool = Executors.newFixedThreadPool(clients);
        try {
            int sum = 0;
            for (Future<Integer> each : pool.invokeAll(Collections.nCopies(clients, client))) {
                sum += each.get();
            }
            return sum;
        } finally {
            pool.shutdownNow();
        }
    }

    private static String permits(RedisServer server, String provider) {
        return server.cli("ZCARD", key(provider));
    }

    private static String key(String provider) {
        return "loom:{limits:provider:" + provider + "}:permits";
    }

    /** Until the lease of the last one ends, if nobody renews it, by the server's clock. */
    private static double secondsToLastPermit(RedisServer server, String provider) {
        String[] last =
                server.cli("ZRANGE", key(provider), "-1", "-1", "WITHSCORES").split("\\s+");
        String[] now = server.cli("TIME").split("\\s+");
        return Double.parseDouble(last[1]) / 1e6 - Double.parseDouble(now[0]) - Double.parseDouble(now[1]) / 1e6;
    }

    private GatewayProcess launch(String name, FakeProvider provider, StoreFailure.Scene scene) throws IOException {
        return launch(name, CONFIGURATION.formatted(provider.url(), scene.url()));
    }

    /** The packaged configuration of the log, and beside it one that wants to see everything. */
    @Test
    void the_password_is_in_no_log_however_much_is_logged() throws IOException {
        String password = "very-secret";
        Path everything = directory.resolve("everything.properties");
        GatewayProcess.write(
                everything,
                """
                rootLogger.level = trace
                logger.lettuce.name = io.lettuce
                logger.lettuce.level = trace
                logger.commands.name = io.lettuce.core.protocol.CommandEncoder
                logger.commands.level = trace
                logger.gateway.name = dev.loom
                logger.gateway.level = trace
                """);
        String option = "-Dlog4j.configurationFile=classpath:loom/log4j2.properties," + everything;
        try (RedisServer server = RedisServer.start("--requirepass", password);
                FakeProvider provider = FakeProvider.saying("Hello")) {
            String configuration = CONFIGURATION.formatted(provider.url(), server.url());
            GatewayProcess.write(
                    directory.resolve("ai-gateway.yaml"),
                    configuration.replace("2s}", "2s, password: " + password + "}"));
            try (GatewayProcess gateway = GatewayProcess.launch(
                            directory, GatewayProcess.thisJava(), Map.of("JAVA_TOOL_OPTIONS", option))
                    .awaitReady()) {
                assertThat(Http.send(Http.post(
                                        gateway.url() + "/v1/chat/completions", TestGateway.chat("gpt-4o", false)))
                                .statusCode())
                        .isEqualTo(200);
                assertThat(gateway.log()).contains("TRACE i.l.c.").doesNotContain(password);
            }
        }
    }

    private GatewayProcess launch(String name, String configuration) throws IOException {
        Path own = Files.createDirectory(directory.resolve(name));
        GatewayProcess.write(own.resolve("ai-gateway.yaml"), configuration);
        return GatewayProcess.launch(own);
    }

    @Test
    void who_refuses_to_count_alone_does_not_start_without_the_others() throws IOException {
        String nowhere = "redis://127.0.0.1:" + FreePorts.next();
        String configuration =
                CONFIGURATION.formatted("http://127.0.0.1:1/v1", nowhere).replace("2s}", "2s, on_failure: refuse}");
        try (GatewayProcess gateway = launch("alone", configuration)) {
            assertThat(gateway.exitCode()).isEqualTo(1);
            assertThat(gateway.log())
                    .contains("state.url " + nowhere
                            + " cannot be reached: nobody listens there (state.on_failure: refuse)");
        }
    }
}
