package dev.loom.gateway.bench;

import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.routing.Plan;
import dev.loom.gateway.routing.Planner;
import dev.loom.gateway.routing.RoutingObserver;
import dev.loom.gateway.routing.Step;
import dev.loom.gateway.routing.strategies.Strategies;
import dev.loom.gateway.traffic.ProviderTraffic;
import dev.loom.gateway.traffic.TimeSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** From a request to its first attempt, which is then given back: eligibility, strategy, limits. */
@State(Scope.Thread)
public class PlannerBenchmark {

    @Param({"priority", "round_robin", "weighted", "cost", "latency", "model"})
    String strategy = "priority";

    @Param({"3", "30"})
    int providers = 3;

    private Planner planner;
    private ChatRequest request;

    @Setup
    public void prepare() throws Exception {
        GatewayConfig config = Samples.config(strategy, providers);
        TimeSource time = TimeSource.system();
        Map<String, ProviderTraffic> traffic = new LinkedHashMap<>();
        for (ProviderConfig provider : config.providers()) {
            traffic.put(provider.name(), new ProviderTraffic(provider, config.routing(), time));
        }
        planner = new Planner(
                config,
                traffic,
                Strategies.of(config.routing(), time),
                RoutingObserver.NONE,
                time,
                new SplittableRandom(1));
        request = ChatRequest.parse(Samples.request(false));
    }

    @Benchmark
    public Step plan() throws Exception {
        Plan plan = planner.plan(request);
        Step step = plan.next();
        plan.close();
        return step;
    }
}
