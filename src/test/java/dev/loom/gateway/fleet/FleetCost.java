package dev.loom.gateway.fleet;

import com.sun.management.OperatingSystemMXBean;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.config.StateConfig;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.testing.RedisServer;
import dev.loom.gateway.testing.TestGateway;
import dev.loom.gateway.traffic.Limits;
import dev.loom.gateway.traffic.ProviderTraffic;
import dev.loom.gateway.traffic.TimeSource;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What it costs to count together, at one connection, with a server on the same machine, and how soon it begins again after
 * an absence; prints the figures of {@code docs/fleet.md}. {@code src/bench/run fleet} runs it. The gateway and the client are in
 * this one process; the server's own CPU is not in it.
 */
final class FleetCost {

    private static final int WARM = 4_000;
    private static final int REQUESTS = 10_000;

    private FleetCost() {}

    public static void main(String... args) throws Exception {
        try (RedisServer server = RedisServer.start()) {
            spread(server);
            recovery(server, "frozen", server::freeze, server::thaw);
            recovery(server, "killed", server::kill, server::restart);
            for (int round = 1; round <= 3; round++) {
                measure("memory", "");
                measure("redis", "state: {type: redis, timeout: 1s, url: '" + server.url() + "'}\n");
            }
        }
        System.exit(0);
    }

    /** From a cool-down at one instance until another knows of it. */
    private static void spread(RedisServer server) throws Exception {
        Path directory = Files.createTempDirectory("fleet");
        StateConfig state = FleetFiles.state(directory, "url: '" + server.url() + "', timeout: 1s");
        GatewayConfig config = FleetFiles.load(directory, "providers: [{name: p, type: simulator}]");
        try (RedisFleet one = new RedisFleet(state, "one", "1", TimeSource.system());
                RedisFleet two = new RedisFleet(state, "two", "1", TimeSource.system())) {
            ProviderTraffic here = serve(one, config);
            ProviderTraffic there = serve(two, config);
            long[] nanos = new long[500];
            for (int i = 0; i < nanos.length; i++) {
                Duration length = Duration.ofMinutes(i + 1);
                long start = System.nanoTime();
                here.coolDown().extend(length, Outcome.RATE_LIMITED);
                while (there.coolDown().remaining().compareTo(length.minusSeconds(30)) < 0) {
                    Thread.onSpinWait();
                }
                nanos[i] = System.nanoTime() - start;
            }
            Arrays.sort(nanos);
            System.out.printf("cool-down elsewhere: p50 %d us, p99 %d us%n", nanos[250] / 1000, nanos[495] / 1000);
        }
    }

    /** From the return of a server that was away until a request is counted by all again. */
    private static void recovery(RedisServer server, String how, Runnable leave, Runnable come) throws Exception {
        StateConfig state =
                FleetFiles.state(Files.createTempDirectory("fleet"), "url: '" + server.url() + "', timeout: 50ms");
        long[] nanos = new long[21];
        try (RedisFleet fleet = new RedisFleet(state, "one", "1", TimeSource.system())) {
            Limits limits = fleet.of("provider:p", new RateLimitConfig(1_000_000, null, null));
            for (int i = 0; i < nanos.length; i++) {
                awaitAvailable(fleet, true);
                leave.run();
                limits.reserve(0);
                awaitAvailable(fleet, false);
                // It comes at another moment between two looks each time.
                new CountDownLatch(1).await(500 + 37L * i, TimeUnit.MILLISECONDS);
                come.run();
                long start = System.nanoTime();
                awaitAvailable(fleet, true);
                nanos[i] = System.nanoTime() - start;
            }
        }
        Arrays.sort(nanos);
        System.out.printf(
                "counted together again, %s server: p50 %d ms, longest %d ms%n",
                how, nanos[nanos.length / 2] / 1_000_000, nanos[nanos.length - 1] / 1_000_000);
    }

    private static void awaitAvailable(RedisFleet fleet, boolean available) {
        while (fleet.status().available() != available) {
            Thread.onSpinWait();
        }
    }

    private static ProviderTraffic serve(RedisFleet fleet, GatewayConfig config) {
        ProviderTraffic traffic =
                new ProviderTraffic(config.providers().get(0), config.routing(), TimeSource.system(), fleet);
        fleet.serving(List.of(traffic), Set.of(), "digest");
        return traffic;
    }

    private static void measure(String name, String state) throws Exception {
        String yaml =
                """
                providers:
                  - {name: a, type: simulator, models: [gpt-4], simulator: {latency: 0ms, tokens_per_second: 1000000},
                     rate_limit: {requests_per_minute: 100000000, tokens_per_minute: 1000000000, concurrent_requests: 100}}
                """;
        try (TestGateway gateway = TestGateway.start(yaml + state)) {
            HttpClient http =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            HttpRequest request = HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/chat/completions"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(TestGateway.chat("gpt-4", false)))
                    .build();
            run(http, request, WARM);
            OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            long cpu = system.getProcessCpuTime();
            long[] nanos = run(http, request, REQUESTS);
            cpu = system.getProcessCpuTime() - cpu;
            Arrays.sort(nanos);
            System.out.printf(
                    "%s: p50 %d us, p99 %d us, CPU %d us a request%n",
                    name, nanos[REQUESTS / 2] / 1000, nanos[REQUESTS * 99 / 100] / 1000, cpu / 1000 / REQUESTS);
        }
    }

    private static long[] run(HttpClient http, HttpRequest request, int times) throws Exception {
        long[] nanos = new long[times];
        for (int i = 0; i < times; i++) {
            long start = System.nanoTime();
            int status =
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            nanos[i] = System.nanoTime() - start;
            if (status != 200) {
                throw new IllegalStateException("status " + status);
            }
        }
        return nanos;
    }
}
