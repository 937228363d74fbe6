package dev.loom.gateway.camel.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.loom.gateway.accounts.AccountBooks;
import dev.loom.gateway.accounts.Accounting;
import dev.loom.gateway.accounts.Asker;
import dev.loom.gateway.accounts.MemoryStore;
import dev.loom.gateway.config.ConfigLoader;
import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.metrics.AccountMetrics;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.routing.Attempt;
import dev.loom.gateway.routing.Plan;
import dev.loom.gateway.routing.Planner;
import dev.loom.gateway.routing.RoutingObserver;
import dev.loom.gateway.routing.strategies.Strategies;
import dev.loom.gateway.testing.TestGateway;
import dev.loom.gateway.traffic.ProviderTraffic;
import dev.loom.gateway.traffic.TimeSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What accounts add to a request in memory mode, in bytes; the time is a matter of {@code src/bench/run jmh Accounts}. With two
 * limits, two budgets, a tier and a webhook.
 */
class AccountAllocationTest {

    private static final long MOST = 400;
    private static final int REQUESTS = 2_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final String CONFIG =
            """
            ai_gateway:
              providers: [{name: a, type: openai, api_key: k, models: [gpt-4], cost: {input_per_1k: 1, output_per_1k: 1}}]
              server: {api_keys: [{key: k, name: team-a}]}
              token_accounting:
                enabled: true
                limits: [{window: 1m, max_tokens: 1000000000}, {window: 24h, max_tokens: 1000000000}]
                cost_limits: [{window: 24h, max_cost: 1000000000}, {align: month, max_cost: 1000000000}]
                tiers: [{name: free, match: {key: team-a}, limits: {per_day: 1000000000}}]
                webhooks: [{url: "https://example.com/"}]
            """;

    private final Asker asker = new Asker() {
        @Override
        public String client() {
            return "team-a";
        }
    };

    /** Every request has one. */
    private final Awaited awaited = new Awaited();

    private ChatRequest request;
    private Accounting accounting;
    private Plan plan;
    private Attempt attempt;

    @Test
    void accounts_add_no_more_than_this_to_a_request(@TempDir Path directory) throws Exception {
        prepare(directory);
        charge(10 * REQUESTS);
        long least = IntStream.range(0, 5).mapToLong(round -> round()).min().orElseThrow();

        assertThat(least).as("bytes per request").isBetween(50L, MOST);
    }

    private void prepare(Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("ai-gateway.yaml"), CONFIG);
        GatewayConfig config =
                new ConfigLoader(name -> "x").load(List.of(file.toString())).config();
        TimeSource time = TimeSource.system();
        ProviderConfig provider = config.providers().get(0);
        AccountBooks books = new AccountBooks(time, any -> new MemoryStore(), (url, privately, body, signature) -> 200);
        books.observe(new AccountMetrics(new SimpleMeterRegistry()));
        accounting = books.under(config.tokenAccounting());
        books.use(config.tokenAccounting());
        request = ChatRequest.parse(TestGateway.chat("gpt-4", false).getBytes(StandardCharsets.UTF_8));
        plan = new Planner(
                        config,
                        Map.of("a", new ProviderTraffic(provider, config.routing(), time)),
                        Strategies.of(config.routing(), time),
                        RoutingObserver.NONE,
                        time,
                        new SplittableRandom(1))
                .plan(request);
        attempt = (Attempt) plan.next();
        attempt.admitted();
        attempt.calling();
        attempt.committed();
        attempt.completed(new Usage(9, 3, 0));
    }

    private long round() {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        charge(REQUESTS);
        return (THREADS.getCurrentThreadAllocatedBytes() - before) / REQUESTS;
    }

    private void charge(int requests) {
        for (int i = 0; i < requests; i++) {
            Charge charge = Charge.of(accounting, asker);
            try {
                charge.reserve(plan, request, awaited);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            charge.settle(plan, attempt, request);
        }
    }
}
