package dev.loom.gateway.fleet;

import com.sun.management.OperatingSystemMXBean;
import dev.loom.gateway.testing.RedisServer;
import dev.loom.gateway.testing.TestGateway;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;

/**
 * What it costs to count together, at one connection, with a server on the same machine; prints a table for
 * {@code docs/performance.md}. In this one process are the gateway and the client; the server's own CPU is not in it.
 */
final class FleetCost {

    private static final int WARM = 4_000;
    private static final int REQUESTS = 10_000;

    private FleetCost() {}

    public static void main(String... args) throws Exception {
        try (RedisServer server = RedisServer.start()) {
            for (int round = 1; round <= 3; round++) {
                measure("memory", "");
                measure("redis", "state: {type: redis, timeout: 1s, url: '" + server.url() + "'}\n");
            }
        }
        System.exit(0);
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
            int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            nanos[i] = System.nanoTime() - start;
            if (status != 200) {
                throw new IllegalStateException("status " + status);
            }
        }
        return nanos;
    }
}
