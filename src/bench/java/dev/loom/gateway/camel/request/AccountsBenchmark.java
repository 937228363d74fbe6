package dev.loom.gateway.camel.request;

import dev.loom.gateway.accounts.AccountBooks;
import dev.loom.gateway.accounts.Accounting;
import dev.loom.gateway.accounts.Asker;
import dev.loom.gateway.accounts.MemoryStore;
import dev.loom.gateway.bench.Samples;
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
import dev.loom.gateway.traffic.ProviderTraffic;
import dev.loom.gateway.traffic.TimeSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/**
 * What accounts add to a request in memory mode: whose it is, four limits and budgets taken and settled, sums and metrics. Stands
 * beside what it measures, which nobody else can see.
 */
@State(Scope.Benchmark)
public class AccountsBenchmark {

    private static final String ACCOUNTING =
            """
              server: {api_keys: [{key: k, name: team-a}]}
              token_accounting:
                enabled: true
                limits: [{window: 1m, max_tokens: 2000000000}, {window: 24h, max_tokens: 2000000000}]
                cost_limits: [{window: 24h, max_cost: 1000000000}, {align: month, max_cost: 1000000000}]
                tiers: [{name: free, match: {key: team-a}, limits: {per_day: 2000000000}}]
                webhooks: [{url: "https://example.com/"}]
            """;

    private final Asker asker = new Asker() {
        @Override
        public String client() {
            return "team-a";
        }
    };

    private Accounting accounting;
    private ChatRequest request;
    private Plan plan;
    private Attempt attempt;

    private final Awaited awaited = new Awaited();

    @Setup
    public void prepare() throws Exception {
        GatewayConfig config = Samples.config("priority", 3, ACCOUNTING);
        TimeSource time = TimeSource.system();
        Map<String, ProviderTraffic> traffic = new LinkedHashMap<>();
        for (ProviderConfig provider : config.providers()) {
            traffic.put(provider.name(), new ProviderTraffic(provider, config.routing(), time));
        }
        AccountBooks books = new AccountBooks(time, any -> new MemoryStore(), (url, privately, body, signature) -> 200);
        books.observe(new AccountMetrics(new SimpleMeterRegistry()));
        accounting = books.under(config.tokenAccounting());
        books.use(config.tokenAccounting());
        request = ChatRequest.parse(Samples.request(false));
        plan = new Planner(
                        config,
                        traffic,
                        Strategies.of(config.routing(), time),
                        RoutingObserver.NONE,
                        time,
                        new SplittableRandom(1))
                .plan(request);
        attempt = (Attempt) plan.next();
        attempt.admitted();
        attempt.calling();
        attempt.committed();
        attempt.completed(new Usage(1, 0, 0)); // so few that no limit is ever reached
    }

    @Benchmark
    public Object alone() throws Exception {
        return charged();
    }

    @Benchmark
    @Threads(2)
    public Object contended() throws Exception {
        return charged();
    }

    private Object charged() throws Exception {
        Charge charge = Charge.of(accounting, asker);
        charge.reserve(plan, request, awaited);
        charge.settle(plan, attempt, request);
        return charge;
    }
}
