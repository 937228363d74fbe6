package dev.loom.gateway.fleet;

import com.sun.management.OperatingSystemMXBean;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.RateLimitConfig;
import dev.loom.gateway.config.StateConfig;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.testing.RedisServer;
import dev.loom.gateway.testing.StoreFailure;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What it costs to count together, at one connection, with a server on the same machine, and how soon others know of a cool-down
 * and all count together again after an absence. {@code src/bench/run fleet} runs it, with the documents that get its tables. The
 * gateway and the client are in this one process; the server's own CPU is not in it. Long: the measurements, one after the other.
 */
final class FleetCost {

    private static final int WARM = 4_000;
    private static final int REQUESTS = Integer.getInteger("loom.fleet.requests", 10_000);
    private static final int COOL_DOWNS = 500;
    private static final int ABSENCES = 21;
    private static final int ROUNDS = 3;

    private static final String OWN_LIMIT =
            "rate_limit: {requests_per_minute: 100000000, tokens_per_minute: 1000000000}";
    private static final String KEY_AND_ACCOUNT = "server: {api_keys: [{key: key-1, name: ann, " + OWN_LIMIT + "}]}\n"
            + "token_accounting: {enabled: true, limits: [{window: 1h, max_tokens: 2000000000}]}\n";

    private FleetCost() {}

    /** Microseconds. */
    private record Cost(String name, long p50, long p99, long cpu) {

        /** A row of a table, beside the same without the shared state. */
        String row(Cost memory) {
            return "| %s | %.2f | %.2f | %+.2f | %+.2f | %d | %+d |"
                    .formatted(
                            name,
                            p50 / 1e3,
                            p99 / 1e3,
                            (p50 - memory.p50) / 1e3,
                            (p99 - memory.p99) / 1e3,
                            cpu,
                            cpu - memory.cpu);
        }
    }

    /** @param args what stands above the tables; then, to write them between marks, the document for all and that for the cost */
    public static void main(String... args) throws Exception {
        List<String> lines = new ArrayList<>(List.of(args[0], ""));
        List<String> cost;
        try (RedisServer server = RedisServer.start()) {
            String state = "state: {type: redis, timeout: 1s, url: '" + server.url() + "'}\n";
            cost = cost(state);
            lines.addAll(cost);
            lines.add("");
            lines.add("| | p50, ms | p99, ms | longest, ms |");
            lines.add("|---|--:|--:|--:|");
            lines.add(spread(server));
        }
        for (StoreFailure failure : StoreFailure.values()) {
            lines.add(recovery(failure));
        }
        lines.forEach(System.out::println);
        if (args.length > 1) {
            Figures.write(Path.of(args[1]), "fleet", lines);
            Figures.write(Path.of(args[2]), "fleet", cost);
        }
        System.exit(0);
    }

    /** Rounds alternate, since a JVM gets faster with time; of each kind the round with the lowest median counts. */
    private static List<String> cost(String state) throws Exception {
        List<Cost> memory = new ArrayList<>();
        List<Cost> shared = new ArrayList<>();
        List<Cost> memoryOfThree = new ArrayList<>();
        List<Cost> sharedOfThree = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            memory.add(measure("provider's limits, memory", ""));
            shared.add(measure("provider's limits, shared", state));
            memoryOfThree.add(measure("key's, account's and provider's limits, memory", KEY_AND_ACCOUNT));
            sharedOfThree.add(measure("key's, account's and provider's limits, shared", KEY_AND_ACCOUNT + state));
        }
        return List.of(
                "| | p50, ms | p99, ms | added p50 | added p99 | CPU per request, us | added |",
                "|---|--:|--:|--:|--:|--:|--:|",
                best(memory).row(best(memory)),
                best(shared).row(best(memory)),
                best(memoryOfThree).row(best(memoryOfThree)),
                best(sharedOfThree).row(best(memoryOfThree)));
    }

    private static Cost best(List<Cost> rounds) {
        return rounds.stream().min((a, b) -> Long.compare(a.p50(), b.p50())).orElseThrow();
    }

    /** From a cool-down at one instance until another knows of it. */
    private static String spread(RedisServer server) throws Exception {
        Path directory = Files.createTempDirectory("fleet");
        StateConfig state = FleetFiles.state(directory, "url: '" + server.url() + "', timeout: 1s");
        GatewayConfig config = FleetFiles.load(directory, "providers: [{name: p, type: simulator}]");
        long[] nanos = new long[COOL_DOWNS];
        try (RedisFleet one = new RedisFleet(state, "one", "1", TimeSource.system());
                RedisFleet two = new RedisFleet(state, "two", "1", TimeSource.system())) {
            ProviderTraffic here = serve(one, config);
            ProviderTraffic there = serve(two, config);
            for (int i = 0; i < nanos.length; i++) {
                Duration length = Duration.ofMinutes(i + 1);
                long start = System.nanoTime();
                here.coolDown().extend(length, Outcome.RATE_LIMITED);
                while (there.coolDown().remaining().compareTo(length.minusSeconds(30)) < 0) {
                    Thread.onSpinWait();
                }
                nanos[i] = System.nanoTime() - start;
            }
        }
        return row("another instance knows of a cool-down", nanos);
    }

    /** From the return of a server that was away until a request is counted by all again. */
    private static String recovery(StoreFailure failure) throws Exception {
        long[] nanos = new long[ABSENCES];
        ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
        try (StoreFailure.Scene scene = new StoreFailure.Scene();
                RedisFleet fleet = new RedisFleet(
                        FleetFiles.state(
                                Files.createTempDirectory("fleet"), "url: '" + scene.url() + "', timeout: 50ms"),
                        "one",
                        "1",
                        TimeSource.system())) {
            Limits limits = fleet.of("provider:p", new RateLimitConfig(1_000_000, null, null));
            for (int i = 0; i < nanos.length; i++) {
                awaitAvailable(fleet, true);
                scene.begin(failure);
                limits.reserve(0);
                awaitAvailable(fleet, false);
                // It comes at another moment between two looks each time, with the old connection and with new ones.
                later.schedule(() -> scene.end(failure), 500 + 137L * i, TimeUnit.MILLISECONDS)
                        .get();
                long start = System.nanoTime();
                awaitAvailable(fleet, true);
                nanos[i] = System.nanoTime() - start;
            }
        } finally {
            later.shutdownNow();
        }
        return row(
                "counted together again, after: "
                        + failure.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                nanos);
    }

    private static String row(String name, long[] nanos) {
        Arrays.sort(nanos);
        return "| %s (%d trials) | %.1f | %.1f | %.1f |"
                .formatted(
                        name,
                        nanos.length,
                        nanos[nanos.length / 2] / 1e6,
                        nanos[nanos.length * 99 / 100] / 1e6,
                        nanos[nanos.length - 1] / 1e6);
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

    private static Cost measure(String name, String more) throws Exception {
        String yaml =
                """
                providers:
                  - {name: a, type: simulator, models: [gpt-4], simulator: {latency: 0ms, tokens_per_second: 1000000},
                     rate_limit: {requests_per_minute: 100000000, tokens_per_minute: 1000000000, concurrent_requests: 100}}
                """;
        try (TestGateway gateway = TestGateway.start(yaml + more)) {
            HttpClient http =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            HttpRequest request = HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/chat/completions"))
                    .header("Content-Type", "application/json")
                    .header("Authorization", "Bearer key-1")
                    .POST(HttpRequest.BodyPublishers.ofString(TestGateway.chat("gpt-4", false)))
                    .build();
            run(http, request, Math.min(WARM, REQUESTS));
            OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            long cpu = system.getProcessCpuTime();
            long[] nanos = run(http, request, REQUESTS);
            cpu = system.getProcessCpuTime() - cpu;
            Arrays.sort(nanos);
            return new Cost(name, nanos[REQUESTS / 2] / 1000, nanos[REQUESTS * 99 / 100] / 1000, cpu / 1000 / REQUESTS);
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
