package dev.loom.gateway.simulation;

import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.provider.ChatRequest;
import dev.loom.gateway.provider.InvalidRequest;
import dev.loom.gateway.provider.Outcome;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.replay.EventQueue;
import dev.loom.gateway.routing.Candidate;
import dev.loom.gateway.routing.Planner;
import dev.loom.gateway.routing.RoutingObserver;
import dev.loom.gateway.routing.strategies.Strategies;
import dev.loom.gateway.traffic.Fleet;
import dev.loom.gateway.traffic.OneInstance;
import dev.loom.gateway.traffic.ProviderTraffic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One scenario under one strategy, in one gateway or in several behind a load balancer. Only the providers and the time are
 * made up: planner, strategy, limits and breakers are the gateway's own. Chance comes from seeds, so the result is always the
 * same.
 */
final class Simulation implements RoutingObserver {

    private static final List<ChatRequest> SHORT = List.of(chat("m", 30), chat("n", 30));
    private static final List<ChatRequest> LONG = List.of(chat("m", 4_800), chat("n", 4_800));

    private final Scenario scenario;
    private final EventQueue queue = new EventQueue();
    private final List<Instance> instances = new ArrayList<>();
    private final Duration roundTrip;
    /** One source for each purpose, so that a strategy's choice does not change what comes in. */
    private final Random arrivals = new Random(1);

    private final Random routing = new Random(2);
    private final Random behaviour = new Random(3);
    private final Result result;
    private int turn;

    private static final class Instance {

        private final Map<String, ProviderTraffic> traffic = new LinkedHashMap<>();
        private Planner planner;
    }

    private Simulation(
            Scenario scenario, String strategy, Function<EventQueue, List<Fleet>> fleets, Duration roundTrip) {
        this.scenario = scenario;
        this.roundTrip = roundTrip;
        this.result = new Result(scenario.providers().keySet(), scenario.length());
        GatewayConfig config = scenario.setup(strategy, false).build();
        fleets.apply(queue).forEach(fleet -> instances.add(instance(config, fleet)));
        if (scenario.removed() != null) {
            GatewayConfig without = scenario.setup(strategy, true).build();
            queue.after(
                    scenario.length().dividedBy(3),
                    () -> instances.forEach(each -> each.planner = planner(without, each.traffic)));
        }
    }

    private Instance instance(GatewayConfig config, Fleet fleet) {
        Instance made = new Instance();
        config.providers()
                .forEach(provider -> made.traffic.put(
                        provider.name(), new ProviderTraffic(provider, config.routing(), queue, fleet)));
        made.planner = planner(config, made.traffic);
        return made;
    }

    /** In one gateway, which counts in its memory. */
    static Result run(Scenario scenario, String strategy) {
        return run(scenario, strategy, queue -> List.of(new OneInstance("", "", queue)), Duration.ZERO);
    }

    /**
     * In as many gateways as there are fleets, to which requests come in turn.
     *
     * @param roundTrip which a reservation takes
     */
    static Result run(
            Scenario scenario, String strategy, Function<EventQueue, List<Fleet>> fleets, Duration roundTrip) {
        Simulation simulation = new Simulation(scenario, strategy, fleets, roundTrip);
        simulation.arrive();
        simulation.queue.run();
        simulation.lookForLeaks();
        return simulation.result;
    }

    private Planner planner(GatewayConfig config, Map<String, ProviderTraffic> traffic) {
        return new Planner(config, traffic, Strategies.of(config.routing(), queue), this, queue, routing);
    }

    /** The next request comes after an exponential time. */
    private void arrive() {
        double rate = scenario.rate().applyAsDouble(now());
        queue.after(Answer.millis(-1000 / rate * StrictMath.log(1 - arrivals.nextDouble())), () -> {
            if (now().compareTo(scenario.length()) < 0) {
                boolean longPrompt = arrivals.nextDouble() < scenario.longPrompts();
                ChatRequest chat = (longPrompt ? LONG : SHORT).get(arrivals.nextInt(2));
                new SimulatedRequest(this, chat).start();
                arrive();
            }
        });
    }

    private void lookForLeaks() {
        for (Instance instance : instances) {
            for (ProviderTraffic provider : instance.traffic.values()) {
                var permits = provider.limits().levels().get("concurrent_requests");
                boolean permitOut = permits != null && permits.remaining() != permits.limit();
                if (permitOut || provider.counters().inFlight() != 0) {
                    result.leak();
                }
            }
        }
    }

    /** Of the instance whose turn it is. */
    Planner planner() {
        return instances.get(turn++ % instances.size()).planner;
    }

    /** When a reservation's way there and back is over. */
    void afterRoundTrip(Runnable next) {
        if (roundTrip.isZero()) {
            next.run();
        } else {
            queue.after(roundTrip, next);
        }
    }

    EventQueue queue() {
        return queue;
    }

    Result result() {
        return result;
    }

    Duration now() {
        return Duration.ofNanos(queue.nanoTime());
    }

    Answer answer(Candidate candidate) {
        String provider = candidate.provider();
        long inFlight = instances.stream()
                .mapToLong(each -> each.traffic.get(provider).counters().inFlight())
                .sum();
        result.atOnce(provider, inFlight);
        return Objects.requireNonNull(scenario.providers().get(provider))
                .behaviour()
                .answer(new Behaviour.Call(now(), inFlight, behaviour));
    }

    @Override
    public void failedOver(String from, String to, String reason) {
        result.failover();
    }

    @Override
    public void ended(Candidate candidate, Outcome outcome, @Nullable Usage usage, double costUsd, double seconds) {
        result.cost(costUsd);
        if (outcome != Outcome.SUCCESS) {
            result.waste();
        }
    }

    private static ChatRequest chat(String model, int words) {
        String body = "{\"model\":\"" + model + "\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\""
                + "word ".repeat(words) + "\"}]}";
        try {
            return ChatRequest.parse(body.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidRequest e) {
            throw new AssertionError(e);
        }
    }
}
