package dev.loom.gateway.replay;

import dev.loom.gateway.config.GatewayConfig;
import dev.loom.gateway.config.ProviderConfig;
import dev.loom.gateway.provider.Usage;
import dev.loom.gateway.replay.RecordedRequest.Answer;
import dev.loom.gateway.routing.Candidate;
import dev.loom.gateway.routing.ModelNotServed;
import dev.loom.gateway.routing.Plan;
import dev.loom.gateway.routing.Planner;
import dev.loom.gateway.routing.RoutingRequest;
import dev.loom.gateway.routing.strategies.Strategies;
import dev.loom.gateway.traffic.ProviderTraffic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The requests of a file under one configuration: its own planner, strategies, limits and breakers, on a clock that jumps
 * from event to event. Nothing is sent anywhere, and the same file comes to the same result every time.
 */
final class Replay {

    private static final long SEED = 1;

    private final EventQueue queue = new EventQueue();
    private final RandomGenerator random = new SplittableRandom(SEED);
    private final List<RecordedRequest> requests;
    private final Paces paces;
    private final Tally tally;
    private final Planner planner;

    private Replay(GatewayConfig config, List<RecordedRequest> requests) {
        this.requests = requests;
        this.paces = new Paces(requests);
        Map<String, ProviderTraffic> traffic = new LinkedHashMap<>();
        config.providers().stream()
                .filter(ProviderConfig::enabled)
                .forEach(provider ->
                        traffic.put(provider.name(), new ProviderTraffic(provider, config.routing(), queue)));
        this.tally = new Tally(traffic.keySet());
        this.planner = new Planner(config, traffic, Strategies.of(config.routing(), queue), tally, queue, random);
    }

    /** @param config with a strategy that is built in */
    static Tally run(GatewayConfig config, List<RecordedRequest> requests) {
        Replay replay = new Replay(config, requests);
        replay.arrive(0);
        replay.queue.run();
        return replay.tally;
    }

    private void arrive(int number) {
        if (number < requests.size()) {
            RecordedRequest request = requests.get(number);
            queue.after(request.at().minusNanos(queue.nanoTime()), () -> {
                ask(request, number);
                arrive(number + 1);
            });
        }
    }

    private void ask(RecordedRequest request, int number) {
        RoutingRequest asked = new RoutingRequest(
                request.model(), request.stream(), request.inputTokens(), request.maxTokens(), random);
        try {
            Plan plan = planner.plan(asked);
            new ReplayedRequest(plan, queue, tally, candidate -> reply(request, number, candidate)).next();
        } catch (ModelNotServed e) {
            tally.failed(404);
        }
    }

    private ReplayedRequest.Reply reply(RecordedRequest request, int number, Candidate candidate) {
        String provider = candidate.provider();
        Answer answer = request.answers().get(provider);
        if (answer == null) {
            tally.assumedSuccess();
            answer = Answer.ASSUMED;
        }
        if (answer.whole() == null && answer.firstToken() == null && !paces.knows(provider)) {
            tally.assumedPace(provider);
        }
        Pace pace = paces.of(provider, request, answer, number);
        return new ReplayedRequest.Reply(
                pace.first(),
                pace.rest(request.outputTokens()),
                new Usage(request.inputTokens(), request.outputTokens(), 0),
                answer.succeeded() ? null : answer.failure());
    }
}
